using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One topic in a metadata response.</summary>
/// <remarks>
/// <code>
/// name          str
/// error         int                         UnknownTopic for a name that is not there; the rest is empty then
/// replicaCount  int                         replicas of each partition
/// partitions    array of MetadataPartition  ordered by number
/// </code>
/// </remarks>
internal sealed record MetadataTopic(
    string Name, ErrorCode Error, int ReplicaCount, IReadOnlyList<MetadataPartition> Partitions)
    : IWireFields<MetadataTopic>
{
    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static MetadataTopic Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        (ErrorCode)reader.ReadInt16(),
        reader.ReadInt32(),
        WireList.Read<MetadataPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write((short)Error);
        writer.Write(ReplicaCount);
        WireList.Write(ref writer, frame, Partitions);
    }
}
