using System.Buffers.Binary;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Records;

/// <summary>
/// Where a group's log begins. Index, term and next offset stand in the header's index, term and base offset; the
/// payload is <c>0 u64 reset sequence</c>. A record whose own commit sequence is the reset sequence is the reset itself:
/// what stands before it, in the same block too, is void. Later ones carry it on to newer files.
/// </summary>
internal static class GroupStartRecord
{
    /// <summary>Bytes of the payload.</summary>
    public const int PayloadBytes = 8;

    /// <summary>Bytes of the whole record.</summary>
    public static readonly int RecordBytes = RecordHeader.RecordBytes(PayloadBytes);

    public static int Write(Span<byte> target, GroupId group, in LogStart start, ulong epoch, ulong sequence)
    {
        Span<byte> payload = stackalloc byte[PayloadBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, start.ResetSequence);
        var header = new RecordHeader(
            RecordType.GroupStart, epoch, sequence, group, start.Index, start.Term, BaseOffset: start.NextOffset);
        return header.Write(target, payload);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the checksum was found right before.</summary>
    public static LogStart Read(in RecordHeader header, ReadOnlySpan<byte> payload) =>
        new(header.Index, header.Term, header.BaseOffset, BinaryPrimitives.ReadUInt64LittleEndian(payload));
}
