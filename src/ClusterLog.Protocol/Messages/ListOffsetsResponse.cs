using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The offsets found.</summary>
/// <remarks>
/// <code>
/// partitions  array of ListedOffset  in the order of the request
/// </code>
/// </remarks>
internal sealed record ListOffsetsResponse(IReadOnlyList<ListedOffset> Partitions) : IWireFields<ListOffsetsResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static ListOffsetsResponse Read(ref MessagePackReader reader) =>
        new(WireList.Read<ListedOffset>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.Write(ref writer, frame, Partitions);
    }
}
