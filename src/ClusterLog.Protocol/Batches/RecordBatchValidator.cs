namespace ClusterLog.Protocol.Batches;

/// <summary>
/// Checks a batch from a client before anything is done with it: header, checksum and counts, but not the records one
/// by one, which would cost more than all the rest of an append. Only the message of a failure is allocated.
/// </summary>
internal static class RecordBatchValidator
{
    /// <summary>The bytes of the smallest record, an array of four values of a byte each.</summary>
    public const int RecordBytesMin = 5;

    /// <summary>Checks one batch of a producer that these bytes are, no more and no fewer.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="recordBytesMax">
    /// The most bytes of a record. A batch with more than that for each of its records has one that is too large.
    /// </param>
    public static BatchValidation Validate(ReadOnlySpan<byte> batch, int recordBytesMax = ProtocolLimits.RecordBytesMax)
    {
        if (Open(batch, out var header) is { IsValid: false } damaged)
        {
            return damaged;
        }

        if (header.Attributes.IsCompacted)
        {
            return Invalid("a client may not set the compacted bit");
        }

        return CheckAttributes(header) ?? CheckCounts(header, recordBytesMax) ?? CheckProducer(header)
            ?? BatchValidation.Valid;
    }

    /// <summary>
    /// Checks one batch that a broker holds or sends: as its producer wrote it, or compacted since. Whoever stored it had
    /// a limit of its own for records: what is stored is to be read.
    /// </summary>
    public static BatchValidation ValidateStored(ReadOnlySpan<byte> batch)
    {
        if (Open(batch, out var header) is { IsValid: false } damaged)
        {
            return damaged;
        }

        return CheckAttributes(header)
            ?? (header.Attributes.IsCompacted ? CheckCompacted(batch, header) : CheckCounts(header, int.MaxValue))
            ?? CheckProducer(header)
            ?? BatchValidation.Valid;
    }

    private static BatchValidation Open(ReadOnlySpan<byte> batch, out RecordBatchHeader header)
    {
        if (!RecordBatchHeader.TryRead(batch, out header))
        {
            return Invalid($"a header has {RecordBatchHeader.Size} bytes, and this batch has {batch.Length} in all");
        }

        if (header.Length != batch.Length)
        {
            return Invalid($"the header says {header.Length} bytes, and the batch has {batch.Length}");
        }

        // The version first: in another one the checksum may cover other bytes.
        if (header.FormatVersion != RecordBatchHeader.CurrentFormatVersion)
        {
            return Invalid(
                $"format version {RecordBatchHeader.CurrentFormatVersion} expected, {header.FormatVersion} found");
        }

        var crc = RecordBatchHeader.ComputeCrc(batch);
        return crc == header.Crc
            ? BatchValidation.Valid
            : new(ErrorCode.CorruptBatch, $"the header says CRC32C {header.Crc:x8}, and the bytes have {crc:x8}");
    }

    private static BatchValidation? CheckAttributes(in RecordBatchHeader header)
    {
        var attributes = header.Attributes;
        if (attributes.HasReservedBits || !header.IsReservedZero)
        {
            return Invalid($"reserved bits are set; the attributes are 0x{attributes.Bits:x4}");
        }

        if (attributes.Compression != CompressionType.None)
        {
            return Invalid($"compression {(int)attributes.Compression} is not known");
        }

        if (attributes.RecordFormat != 0)
        {
            return Invalid($"record format {attributes.RecordFormat} is not known");
        }

        if (attributes.IsControl || attributes.IsTransactional)
        {
            return Invalid("a client may not set the control and transaction bits");
        }

        return header.MaxTimestamp < header.BaseTimestamp
            ? Invalid($"the highest timestamp {header.MaxTimestamp} is below the base {header.BaseTimestamp}")
            : null;
    }

    private static BatchValidation? CheckCounts(in RecordBatchHeader header, int recordBytesMax)
    {
        var count = header.RecordCount;
        if (count < 1)
        {
            return Invalid($"a batch has at least 1 record, and this says {count}");
        }

        if (header.LastOffsetDelta != count - 1)
        {
            return Invalid($"{count} records end at delta {count - 1}, the header says {header.LastOffsetDelta}");
        }

        var recordsBytes = header.Length - RecordBatchHeader.Size;
        if (recordsBytes < (long)count * RecordBytesMin)
        {
            return Invalid($"{count} records have at least {(long)count * RecordBytesMin} bytes, found {recordsBytes}");
        }

        return recordsBytes > (long)count * recordBytesMax
            ? new(ErrorCode.RecordTooLarge, $"a record has at most {recordBytesMax} bytes; {count} have {recordsBytes}")
            : null;
    }

    private static BatchValidation? CheckCompacted(ReadOnlySpan<byte> batch, in RecordBatchHeader header)
    {
        if (header.Length < CompactedBatch.RecordsAt)
        {
            return Invalid($"a compacted batch has at least {CompactedBatch.RecordsAt} bytes, and this has {header.Length}");
        }

        var (count, offsets) = (header.RecordCount, header.OffsetCount);
        if (count < 0 || offsets < 1 || count > offsets)
        {
            return Invalid($"a compacted batch of {offsets} offsets holds 0 to as many records, and this says {count}");
        }

        var recordsBytes = header.Length - CompactedBatch.RecordsAt;
        if (recordsBytes < (long)count * CompactedBatch.RecordBytesMin)
        {
            return Invalid(
                $"{count} records have at least {(long)count * CompactedBatch.RecordBytesMin} bytes, found {recordsBytes}");
        }

        var original = CompactedBatch.OriginalLength(batch);
        var originalMin = RecordBatchHeader.Size + ((long)offsets * RecordBytesMin);
        return original < originalMin
            ? Invalid($"{offsets} records had at least {originalMin} bytes with their header, the batch says {original}")
            : null;
    }

    private static BatchValidation? CheckProducer(in RecordBatchHeader header)
    {
        var (id, epoch, sequence) = (header.ProducerId, header.ProducerEpoch, header.BaseSequence);
        var isWith = id >= 0 && epoch >= 0 && sequence >= 0;
        var isWithout = id == -1 && epoch == -1 && sequence == -1;
        return isWith || isWithout
            ? null
            : Invalid($"producer id, epoch and sequence are all 0 or more or all -1, found {id}, {epoch}, {sequence}");
    }

    private static BatchValidation Invalid(string message) => new(ErrorCode.InvalidBatch, message);
}
