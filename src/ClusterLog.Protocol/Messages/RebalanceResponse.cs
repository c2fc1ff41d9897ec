using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>What moves to level the brokers, as of now; a few at a time.</summary>
/// <remarks>
/// <code>
/// moves  array of <see cref="MovingPartition"/>  by topic and number; none of them has begun
/// </code>
/// </remarks>
internal sealed record RebalanceResponse(IReadOnlyList<MovingPartition> Moves)
    : IWireFields<RebalanceResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static RebalanceResponse Read(ref MessagePackReader reader) => new(WireList.Read<MovingPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.Write(ref writer, frame, Moves);
    }
}
