using System.Buffers;
using System.Buffers.Binary;
using ClusterLog.MessagePack;

namespace ClusterLog.Protocol.Batches;

/// <summary>
/// A batch out of which a broker has taken records, since later ones of the same keys are in the partition. It takes
/// the same offsets as before; its header differs in length, checksum, attributes and number of records only.
/// </summary>
/// <remarks>
/// <code>
///  0  header           as in RecordBatchHeader; recordCount is what is left, 0 or more
/// 72  u32  originalCrc     the checksum that the producer gave the batch
/// 76  i32  originalLength  bytes of the batch as its producer sent it
/// 80       records         as in RecordBatchReader, each with its offset delta as a fifth field
/// </code>
/// The two fields stand for what is gone: with them the batch counts for a partition's checksum, size and producers as
/// it did before (<see cref="WriteIdentity"/>), on replicas that have compacted it and on those that have not.
/// </remarks>
internal static class CompactedBatch
{
    /// <summary>Where the original checksum is.</summary>
    public const int OriginalCrcAt = RecordBatchHeader.Size;

    /// <summary>Where the original length is.</summary>
    public const int OriginalLengthAt = OriginalCrcAt + 4;

    /// <summary>Where the records begin; the bytes of a batch without any.</summary>
    public const int RecordsAt = OriginalLengthAt + 4;

    /// <summary>The bytes of the smallest record, an array of five values of a byte each.</summary>
    public const int RecordBytesMin = 6;

    /// <summary>The bytes of what a batch has in common with all its compacted forms.</summary>
    public const int IdentityBytes = 24;

    private const int DeltaBytesMax = 5;
    private const byte FourFields = 0x94;
    private const byte FiveFields = 0x95;

    /// <summary>The checksum that a compacted batch had when it was produced.</summary>
    public static uint OriginalCrc(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadUInt32LittleEndian(batch[OriginalCrcAt..]);

    /// <summary>The bytes that a compacted batch had when it was produced.</summary>
    public static int OriginalLength(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadInt32LittleEndian(batch[OriginalLengthAt..]);

    /// <summary>
    /// Writes base offset, term, checksum and length of a batch as it was produced: the same bytes for it and for all its
    /// compacted forms, and others for any other batch. The checksum is computed where it can be, not believed.
    /// </summary>
    /// <returns>The bytes of the batch as it was produced.</returns>
    public static int WriteIdentity(ReadOnlySpan<byte> batch, in RecordBatchHeader header, Span<byte> identity)
    {
        batch[..RecordBatchHeader.CrcAt].CopyTo(identity);
        var (crc, length) = header.Attributes.IsCompacted
            ? (OriginalCrc(batch), OriginalLength(batch))
            : (RecordBatchHeader.ComputeCrc(batch), batch.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(identity[RecordBatchHeader.CrcAt..], crc);
        BinaryPrimitives.WriteInt32LittleEndian(identity[RecordBatchHeader.LengthAt..], length);
        return length;
    }

    /// <summary>
    /// Takes records out of a batch, which may be compacted already. Null where none is to go, and where this build
    /// cannot take the batch apart: if it is damaged, or has records of another kind. Such a batch stays as it is.
    /// </summary>
    /// <param name="batch">A stored batch.</param>
    /// <param name="keeps">Whether a record stays. Asked once for each, in order.</param>
    public static byte[]? TryCompact(ReadOnlyMemory<byte> batch, Func<BatchRecord, bool> keeps) =>
        TryCompact(batch, keeps, out _);

    /// <inheritdoc cref="TryCompact(ReadOnlyMemory{byte}, Func{BatchRecord, bool})"/>
    /// <param name="canCompact">False where this build cannot take the batch apart: all of its records have stayed.</param>
    public static byte[]? TryCompact(ReadOnlyMemory<byte> batch, Func<BatchRecord, bool> keeps, out bool canCompact)
    {
        canCompact = false;
        if (!RecordBatchReader.TryOpen(batch, out var reader).IsValid)
        {
            return null;
        }

        var header = reader.Header;
        var output = new ArrayBufferWriter<byte>(batch.Length);
        var kept = 0;
        while (reader.TryRead(out var record))
        {
            if (reader.UnknownFields > 0)
            {
                return null;
            }

            if (keeps(record))
            {
                Copy(reader.Encoded.Span, (int)(record.Offset - header.BaseOffset), output);
                kept++;
            }
        }

        canCompact = reader.Error is null;
        return canCompact && kept < header.RecordCount
            ? Assemble(batch.Span, header, kept, output.WrittenSpan)
            : null;
    }

    // A record of a batch that is compacted already has its delta; any other gets it behind its four fields.
    private static void Copy(ReadOnlySpan<byte> record, int delta, ArrayBufferWriter<byte> output)
    {
        if (record[0] == FiveFields)
        {
            output.Write(record);
            return;
        }

        var fields = record[0] == FourFields ? record[1..] : record[ArrayHeaderBytes(record[0])..];
        var target = output.GetSpan(1 + fields.Length + DeltaBytesMax);
        target[0] = FiveFields;
        fields.CopyTo(target[1..]);
        output.Advance(1 + fields.Length);
        var writer = new MessagePackWriter(output);
        writer.Write(delta);
        writer.Flush();
    }

    // A producer may write a small array's header in a long form.
    private static int ArrayHeaderBytes(byte first) => first switch
    {
        0xdc => 3,
        0xdd => 5,
        _ => 1,
    };

    private static byte[] Assemble(
        ReadOnlySpan<byte> batch, in RecordBatchHeader header, int kept, ReadOnlySpan<byte> records)
    {
        var isCompacted = header.Attributes.IsCompacted;
        var compacted = new byte[RecordsAt + records.Length];
        var fields = header with
        {
            Length = compacted.Length,
            Attributes = header.Attributes.AsCompacted(),
            RecordCount = kept,
        };
        fields.Write(compacted);
        BinaryPrimitives.WriteUInt32LittleEndian(
            compacted.AsSpan(OriginalCrcAt), isCompacted ? OriginalCrc(batch) : header.Crc);
        BinaryPrimitives.WriteInt32LittleEndian(
            compacted.AsSpan(OriginalLengthAt), isCompacted ? OriginalLength(batch) : header.Length);
        records.CopyTo(compacted.AsSpan(RecordsAt));
        RecordBatchHeader.Seal(compacted);
        return compacted;
    }
}
