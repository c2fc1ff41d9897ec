using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One partition in a metadata response.</summary>
/// <remarks>
/// <code>
/// partition   int           from 0
/// leaderId    int           where to produce and fetch; 0 = none known
/// leaderTerm  u64           the leader's term; of two answers the one with the higher term is newer
/// replicas    array of int  the brokers that hold the partition
/// </code>
/// </remarks>
internal sealed record MetadataPartition(
    int Partition, int LeaderId, ulong LeaderTerm, IReadOnlyList<int> Replicas)
    : IWireFields<MetadataPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static MetadataPartition Read(ref MessagePackReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadUInt64(), WireList.ReadInts(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Partition);
        writer.Write(LeaderId);
        writer.Write(LeaderTerm);
        WireList.WriteInts(ref writer, Replicas);
    }
}
