using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// One partition in the description of a topic. Its offsets are what the answering broker knows; only the leader's are
/// up to date, and a broker without a replica knows none.
/// </summary>
/// <remarks>
/// <code>
/// partition       int           from 0
/// leaderId        int           0 = none known
/// leaderTerm      u64
/// replicas        array of int  the brokers that hold the partition
/// earliestOffset  i64           the first offset that can be read; -1 = not known
/// latestOffset    i64           the high watermark, one past the last committed offset; -1 = not known
/// </code>
/// </remarks>
internal sealed record DescribedPartition(
    int Partition,
    int LeaderId,
    ulong LeaderTerm,
    IReadOnlyList<int> Replicas,
    long EarliestOffset,
    long LatestOffset)
    : IWireFields<DescribedPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <inheritdoc/>
    public static DescribedPartition Read(ref MessagePackReader reader) => new(
        reader.ReadInt32(),
        reader.ReadInt32(),
        reader.ReadUInt64(),
        WireList.ReadInts(ref reader),
        reader.ReadInt64(),
        reader.ReadInt64());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Partition);
        writer.Write(LeaderId);
        writer.Write(LeaderTerm);
        WireList.WriteInts(ref writer, Replicas);
        writer.Write(EarliestOffset);
        writer.Write(LatestOffset);
    }
}
