using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Asks for offsets by time, at the leaders of the partitions.</summary>
/// <remarks>
/// <code>
/// partitions  array of ListOffsetsPartition
/// </code>
/// </remarks>
internal sealed record ListOffsetsRequest(
    IReadOnlyList<ListOffsetsPartition> Partitions)
    : IRequest<ListOffsetsRequest, ListOffsetsResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListOffsets;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static ListOffsetsRequest Read(ref MessagePackReader reader) =>
        new(WireList.Read<ListOffsetsPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.Write(ref writer, frame, Partitions);
    }
}
