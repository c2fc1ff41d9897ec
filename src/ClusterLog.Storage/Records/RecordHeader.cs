using System.Buffers.Binary;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Records;

/// <summary>
/// The head of every record, in the WAL and in segments, little-endian. docs/storage-format.md says why each is there.
/// <code>
///  0 u32 crc32c of all that follows, payload included     40 u64 index
///  4 u32 payload length                                   48 u64 term
///  8 u8 type | 9 u8 entry kind | 10 u16 zero              56 i64 base offset
/// 12 u32 offset count                                     64 i64 max timestamp
/// 16 u64 epoch                                            72 payload, then zeros up to a multiple of 8
/// 24 u64 commit sequence
/// 32 u64 group
/// </code>
/// </summary>
internal readonly record struct RecordHeader(
    RecordType Type,
    ulong Epoch,
    ulong Sequence,
    GroupId Group,
    LogIndex Index = default,
    Term Term = default,
    EntryKind Kind = default,
    int OffsetCount = 0,
    long BaseOffset = 0,
    long MaxTimestamp = 0)
{
    /// <summary>Bytes of the header.</summary>
    public const int SizeBytes = 72;

    private const int CrcBytes = sizeof(uint);

    /// <summary>Bytes of a whole record: header, payload, zeros up to a multiple of 8.</summary>
    public static int RecordBytes(int payloadLength) => (SizeBytes + payloadLength + 7) & ~7;

    public static RecordHeader ForEntry(LogEntry entry, GroupId group, ulong epoch, ulong sequence) => new(
        RecordType.Entry,
        epoch,
        sequence,
        group,
        entry.Index,
        entry.Term,
        entry.Kind,
        entry.OffsetCount,
        entry.BaseOffset,
        entry.MaxTimestamp);

    public LogEntry ToEntry(ReadOnlyMemory<byte> payload) =>
        new(Index, Term, Kind, BaseOffset, OffsetCount, MaxTimestamp, payload);

    /// <summary>Writes header, payload and padding; returns the bytes taken. The checksum is computed here, once.</summary>
    public int Write(Span<byte> target, ReadOnlySpan<byte> payload)
    {
        var size = RecordBytes(payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], payload.Length);
        target[8] = (byte)Type;
        target[9] = (byte)Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(target[10..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], OffsetCount);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Group.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], Term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[56..], BaseOffset);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], MaxTimestamp);
        payload.CopyTo(target[SizeBytes..]);
        var end = SizeBytes + payload.Length;
        target[end..size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Crc32C.Compute(target[CrcBytes..end]));
        return size;
    }

    /// <summary>
    /// Reads the record at the start of <paramref name="source"/>, which may be longer. On failure
    /// <paramref name="problem"/> says what was expected and found.
    /// </summary>
    public static RecordReadResult TryRead(
        ReadOnlySpan<byte> source, out RecordHeader header, out int payloadLength, out string problem)
    {
        (header, payloadLength, problem) = (default, 0, "");
        if (source.Length < SizeBytes)
        {
            return RecordReadResult.NeedMore;
        }

        payloadLength = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        if (payloadLength < 0 || payloadLength > PayloadBytesMax || source[8] is 0 or > (byte)RecordType.GroupStart)
        {
            problem = $"payload length {payloadLength} and record type {source[8]}";
            return RecordReadResult.Bad;
        }

        if (source.Length < RecordBytes(payloadLength))
        {
            return RecordReadResult.NeedMore;
        }

        var stored = BinaryPrimitives.ReadUInt32LittleEndian(source);
        var computed = Crc32C.Compute(source[CrcBytes..(SizeBytes + payloadLength)]);
        if (stored != computed)
        {
            problem = $"checksum {stored:x8} over bytes that give {computed:x8}";
            return RecordReadResult.Bad;
        }

        header = Parse(source);
        return RecordReadResult.Ok;
    }

    /// <summary>The longest payload that a reader believes, in bytes: no damaged length makes it allocate more.</summary>
    public const int PayloadBytesMax = 512 << 20;

    private static RecordHeader Parse(ReadOnlySpan<byte> source) => new(
        (RecordType)source[8],
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
        new GroupId(BinaryPrimitives.ReadUInt64LittleEndian(source[32..])),
        new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(source[40..])),
        new Term(BinaryPrimitives.ReadUInt64LittleEndian(source[48..])),
        (EntryKind)source[9],
        BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[56..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[64..]));
}
