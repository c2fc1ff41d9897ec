using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>A topic in detail.</summary>
/// <remarks>
/// <code>
/// name          str
/// replicaCount  int                          replicas of each partition
/// partitions    array of DescribedPartition  ordered by number
/// </code>
/// </remarks>
internal sealed record DescribeTopicResponse(
    string Name, int ReplicaCount, IReadOnlyList<DescribedPartition> Partitions)
    : IWireFields<DescribeTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static DescribeTopicResponse Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), WireList.Read<DescribedPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(ReplicaCount);
        WireList.Write(ref writer, frame, Partitions);
    }
}
