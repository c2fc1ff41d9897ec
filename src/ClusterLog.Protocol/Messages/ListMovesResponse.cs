using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The partitions that move.</summary>
/// <remarks>
/// <code>
/// moves  array of <see cref="MovingPartition"/>  by topic and number
/// </code>
/// </remarks>
internal sealed record ListMovesResponse(IReadOnlyList<MovingPartition> Moves)
    : IWireFields<ListMovesResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static ListMovesResponse Read(ref MessagePackReader reader) => new(WireList.Read<MovingPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.Write(ref writer, frame, Moves);
    }
}
