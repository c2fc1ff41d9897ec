using System.Buffers.Binary;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Records;

/// <summary>
/// A group's hard state, and how far its segments were synced. Term stands in the header's term, commit in its index;
/// the payload is
/// <code>
///  0 i32 vote   4 u32 vote's incarnation    8 u32 own incarnation   12 u32 flags: 1 syncs later
/// 16 u64 segmented through                 24 u64 configuration index
/// </code>
/// </summary>
/// <param name="SyncsLater">Entries of the group may be acknowledged before their sync: a loss of power may lose them.</param>
internal readonly record struct GroupStateRecord(
    GroupId Group, HardState HardState, LogIndex SegmentedThrough, bool SyncsLater = false)
{
    /// <summary>Bytes of the payload.</summary>
    public const int PayloadBytes = 32;

    private const uint SyncsLaterFlag = 1;

    /// <summary>Bytes of the whole record.</summary>
    public static readonly int RecordBytes = RecordHeader.RecordBytes(PayloadBytes);

    public int Write(Span<byte> target, ulong epoch, ulong sequence)
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(payload, HardState.Vote.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], HardState.Vote.Incarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[8..], HardState.Incarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[12..], SyncsLater ? SyncsLaterFlag : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], SegmentedThrough.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[24..], HardState.ConfigurationIndex.Value);
        var header = new RecordHeader(
            RecordType.GroupState, epoch, sequence, Group, HardState.Commit, HardState.Term);
        return header.Write(target, payload);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the checksum was found right before.</summary>
    public static GroupStateRecord Read(in RecordHeader header, ReadOnlySpan<byte> payload) => new(
        header.Group,
        new HardState(
            header.Term,
            new ReplicaId(
                BinaryPrimitives.ReadInt32LittleEndian(payload), BinaryPrimitives.ReadUInt32LittleEndian(payload[4..])),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]),
            header.Index,
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(payload[24..]))),
        new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(payload[16..])),
        (BinaryPrimitives.ReadUInt32LittleEndian(payload[12..]) & SyncsLaterFlag) != 0);
}
