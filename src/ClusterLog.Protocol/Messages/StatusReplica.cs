using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One replica on the broker that answers a cluster status.</summary>
/// <remarks>
/// <code>
/// groupId       u64  the Raft group; 0 = metadata
/// topic         str  empty for the metadata group
/// partition     int
/// role          int  see ReplicaRole
/// term          u64
/// leaderId      int  0 = none known
/// commitIndex   u64  of Raft's log
/// appliedIndex  u64
/// lastIndex     u64
/// firstOffset   i64  the first offset that can be read
/// nextOffset    i64  one past the last applied record
/// checksum      u32  CRC32C chained over the applied batches: equal replicas have equal ones at equal offsets
/// sizeBytes     i64  on disk
/// </code>
/// </remarks>
internal sealed record StatusReplica(
    ulong GroupId,
    string Topic,
    int Partition,
    ReplicaRole Role,
    ulong Term,
    int LeaderId,
    ulong CommitIndex,
    ulong AppliedIndex,
    ulong LastIndex,
    long FirstOffset,
    long NextOffset,
    uint Checksum,
    long SizeBytes)
    : IWireFields<StatusReplica>
{
    /// <inheritdoc/>
    public static int FieldCount => 13;

    /// <inheritdoc/>
    public static StatusReplica Read(ref MessagePackReader reader) => new(
        reader.ReadUInt64(),
        reader.ReadString(),
        reader.ReadInt32(),
        WireEnum.ReadReplicaRole(ref reader),
        reader.ReadUInt64(),
        reader.ReadInt32(),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        reader.ReadInt64(),
        reader.ReadInt64(),
        reader.ReadUInt32(),
        reader.ReadInt64());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(GroupId);
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write((byte)Role);
        writer.Write(Term);
        writer.Write(LeaderId);
        writer.Write(CommitIndex);
        writer.Write(AppliedIndex);
        writer.Write(LastIndex);
        writer.Write(FirstOffset);
        writer.Write(NextOffset);
        writer.Write(Checksum);
        writer.Write(SizeBytes);
    }
}
