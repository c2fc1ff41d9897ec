using System.Buffers.Binary;

namespace ClusterLog.Protocol.Batches;

/// <summary>
/// The fixed header of a record batch, the unit that travels unchanged from producer to disk to consumer.
/// </summary>
/// <remarks>
/// Little-endian. The leader sets base offset and term; they stand before the checksum's range, so that it still holds.
/// <code>
///  0  i64  baseOffset       of the first record; set by the leader
///  8  u64  term             of the leader that appended it; set by the leader
/// 16  u32  crc              CRC32C of bytes 20 to the end
/// 20  i32  length           of the whole batch, this header included: how to find the next batch
/// 24  u8   formatVersion    1
/// 25  u8   reserved         0
/// 26  u16  attributes       see BatchAttributes
/// 28  i32  lastOffsetDelta  recordCount - 1, as the producer wrote it; the next batch begins one after it
/// 32  i64  baseTimestamp    Unix ms; what the records' timestamps are relative to
/// 40  i64  maxTimestamp     Unix ms; lets a search by time pass over the batch
/// 48  i64  producerId       -1 = not idempotent
/// 56  i32  producerEpoch    -1 = none
/// 60  i32  baseSequence     of the first record, per producer and partition; -1 = none; 0 follows int.MaxValue
/// 64  i32  recordCount      1 or more; in a compacted batch those that are left, which may be none
/// 68  u32  reserved         0; makes the records begin at a multiple of 8
/// 72       records          see RecordBatchReader; in a compacted batch 8 bytes later, see CompactedBatch
/// </code>
/// </remarks>
internal readonly record struct RecordBatchHeader
{
    /// <summary>The bytes of the header.</summary>
    public const int Size = 72;

    /// <summary>The only version of the format.</summary>
    public const byte CurrentFormatVersion = 1;

    /// <summary>Where the base offset is.</summary>
    public const int BaseOffsetAt = 0;

    /// <summary>Where the term is.</summary>
    public const int TermAt = 8;

    /// <summary>Where the checksum is.</summary>
    public const int CrcAt = 16;

    /// <summary>Where the length is, and the range of the checksum begins.</summary>
    public const int LengthAt = 20;

    /// <summary>Where the version of the format is.</summary>
    public const int FormatVersionAt = 24;

    /// <summary>Where the first reserved byte is.</summary>
    public const int ReservedByteAt = 25;

    /// <summary>Where the attributes are.</summary>
    public const int AttributesAt = 26;

    /// <summary>Where the last offset delta is.</summary>
    public const int LastOffsetDeltaAt = 28;

    /// <summary>Where the base timestamp is.</summary>
    public const int BaseTimestampAt = 32;

    /// <summary>Where the highest timestamp is.</summary>
    public const int MaxTimestampAt = 40;

    /// <summary>Where the producer id is.</summary>
    public const int ProducerIdAt = 48;

    /// <summary>Where the producer's epoch is.</summary>
    public const int ProducerEpochAt = 56;

    /// <summary>Where the base sequence is.</summary>
    public const int BaseSequenceAt = 60;

    /// <summary>Where the number of records is.</summary>
    public const int RecordCountAt = 64;

    /// <summary>Where the reserved word is.</summary>
    public const int ReservedWordAt = 68;

    /// <summary>The offset of the first record.</summary>
    public long BaseOffset { get; init; }

    /// <summary>The term of the leader that appended the batch.</summary>
    public ulong Term { get; init; }

    /// <summary>CRC32C of the bytes from <see cref="LengthAt"/> to the end of the batch.</summary>
    public uint Crc { get; init; }

    /// <summary>The bytes of the whole batch.</summary>
    public int Length { get; init; }

    /// <summary>The version of the format.</summary>
    public byte FormatVersion { get; init; }

    /// <summary>How the records are to be read.</summary>
    public BatchAttributes Attributes { get; init; }

    /// <summary>The offset of the last record, relative to the base offset.</summary>
    public int LastOffsetDelta { get; init; }

    /// <summary>What the records' timestamps are relative to, in Unix ms.</summary>
    public long BaseTimestamp { get; init; }

    /// <summary>The highest timestamp of the records, in Unix ms.</summary>
    public long MaxTimestamp { get; init; }

    /// <summary>The producer, or -1.</summary>
    public long ProducerId { get; init; }

    /// <summary>The producer's epoch, or -1.</summary>
    public int ProducerEpoch { get; init; }

    /// <summary>The sequence of the first record, or -1.</summary>
    public int BaseSequence { get; init; }

    /// <summary>The number of records.</summary>
    public int RecordCount { get; init; }

    /// <summary>Whether the reserved byte and word are 0, as they must be in this version.</summary>
    public bool IsReservedZero { get; init; }

    /// <summary>
    /// The offsets that the batch takes: the records that its producer wrote, whether or not they are still in it.
    /// </summary>
    public int OffsetCount => LastOffsetDelta + 1;

    /// <summary>Where the records begin.</summary>
    public int RecordsAt => Attributes.IsCompacted ? CompactedBatch.RecordsAt : Size;

    /// <summary>The last offset that the batch takes.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset after the last record.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>Whether the batch is to be checked for duplicates.</summary>
    public bool IsIdempotent => ProducerId >= 0;

    /// <summary>
    /// Reads the header at the start of these bytes. False if they are fewer than a header; whether the fields make
    /// sense is for <see cref="RecordBatchValidator"/> to say.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> batch, out RecordBatchHeader header)
    {
        header = default;
        if (batch.Length < Size)
        {
            return false;
        }

        header = new RecordBatchHeader
        {
            BaseOffset = BinaryPrimitives.ReadInt64LittleEndian(batch[BaseOffsetAt..]),
            Term = BinaryPrimitives.ReadUInt64LittleEndian(batch[TermAt..]),
            Crc = BinaryPrimitives.ReadUInt32LittleEndian(batch[CrcAt..]),
            Length = BinaryPrimitives.ReadInt32LittleEndian(batch[LengthAt..]),
            FormatVersion = batch[FormatVersionAt],
            Attributes = new(BinaryPrimitives.ReadUInt16LittleEndian(batch[AttributesAt..])),
            LastOffsetDelta = BinaryPrimitives.ReadInt32LittleEndian(batch[LastOffsetDeltaAt..]),
            BaseTimestamp = BinaryPrimitives.ReadInt64LittleEndian(batch[BaseTimestampAt..]),
            MaxTimestamp = BinaryPrimitives.ReadInt64LittleEndian(batch[MaxTimestampAt..]),
            ProducerId = BinaryPrimitives.ReadInt64LittleEndian(batch[ProducerIdAt..]),
            ProducerEpoch = BinaryPrimitives.ReadInt32LittleEndian(batch[ProducerEpochAt..]),
            BaseSequence = BinaryPrimitives.ReadInt32LittleEndian(batch[BaseSequenceAt..]),
            RecordCount = BinaryPrimitives.ReadInt32LittleEndian(batch[RecordCountAt..]),
            IsReservedZero = batch[ReservedByteAt] == 0
                && BinaryPrimitives.ReadUInt32LittleEndian(batch[ReservedWordAt..]) == 0,
        };
        return true;
    }

    /// <summary>
    /// Writes the fields to the start of a batch, reserved ones as 0; <see cref="Seal"/> follows when all is written.
    /// </summary>
    public void Write(Span<byte> batch)
    {
        BinaryPrimitives.WriteInt64LittleEndian(batch[BaseOffsetAt..], BaseOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[TermAt..], Term);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[CrcAt..], Crc);
        BinaryPrimitives.WriteInt32LittleEndian(batch[LengthAt..], Length);
        batch[FormatVersionAt] = FormatVersion;
        batch[ReservedByteAt] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(batch[AttributesAt..], Attributes.Bits);
        BinaryPrimitives.WriteInt32LittleEndian(batch[LastOffsetDeltaAt..], LastOffsetDelta);
        BinaryPrimitives.WriteInt64LittleEndian(batch[BaseTimestampAt..], BaseTimestamp);
        BinaryPrimitives.WriteInt64LittleEndian(batch[MaxTimestampAt..], MaxTimestamp);
        BinaryPrimitives.WriteInt64LittleEndian(batch[ProducerIdAt..], ProducerId);
        BinaryPrimitives.WriteInt32LittleEndian(batch[ProducerEpochAt..], ProducerEpoch);
        BinaryPrimitives.WriteInt32LittleEndian(batch[BaseSequenceAt..], BaseSequence);
        BinaryPrimitives.WriteInt32LittleEndian(batch[RecordCountAt..], RecordCount);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[ReservedWordAt..], 0);
    }

    /// <summary>Sets the base offset of a batch; the checksum still holds.</summary>
    public static void PatchBaseOffset(Span<byte> batch, long baseOffset) =>
        BinaryPrimitives.WriteInt64LittleEndian(batch[BaseOffsetAt..], baseOffset);

    /// <summary>Sets the term of a batch; the checksum still holds.</summary>
    public static void PatchTerm(Span<byte> batch, ulong term) =>
        BinaryPrimitives.WriteUInt64LittleEndian(batch[TermAt..], term);

    /// <summary>The checksum that a batch of these bytes must carry.</summary>
    public static uint ComputeCrc(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[LengthAt..]);

    /// <summary>Sets the checksum of a batch that is complete otherwise. The span is the batch alone.</summary>
    public static void Seal(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32LittleEndian(batch[CrcAt..], ComputeCrc(batch));
}
