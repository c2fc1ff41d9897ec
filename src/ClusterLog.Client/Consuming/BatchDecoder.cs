using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Client.Consuming;

/// <summary>Takes batches apart, one after the other, into an array that is used again. One thread at a time.</summary>
internal sealed class BatchDecoder
{
    private ConsumedRecord[] _records = new ConsumedRecord[64];

    /// <summary>The records of the last batch; the first as many as <see cref="Decode"/> returned.</summary>
    public ConsumedRecord[] Records => _records;

    /// <summary>Takes a batch apart. Returns how many of its records are wanted.</summary>
    public int Decode(in FetchedBatch batch)
    {
        var validation = RecordBatchReader.TryOpen(batch.Bytes, out var reader);
        if (!validation.IsValid)
        {
            throw Damaged(batch, validation.Message);
        }

        var attributes = reader.Header.Attributes;
        if (attributes.Compression != CompressionType.None || attributes.RecordFormat != 0)
        {
            throw Damaged(batch, $"its records are of a format that this client does not read ({attributes.Bits})");
        }

        var count = 0;
        while (reader.TryRead(out var record))
        {
            if (record.Offset < batch.From || record.Offset >= batch.Until)
            {
                continue;
            }

            if (count == _records.Length)
            {
                Array.Resize(ref _records, count * 2);
            }

            _records[count++] = new ConsumedRecord(
                batch.Partition,
                new Offset(record.Offset),
                DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp),
                record.Key,
                record.Value,
                ToHeaders(record.Headers));
        }

        return reader.Error is null ? count : throw Damaged(batch, reader.Error);
    }

    private static RecordHeader[] ToHeaders(Protocol.Batches.RecordHeader[] headers) =>
        headers.Length == 0 ? [] : Array.ConvertAll(headers, header => new RecordHeader(header.Key, header.Value));

    private static ClusterLogException Damaged(in FetchedBatch batch, string detail) =>
        new(ErrorCode.InvalidBatch, $"A batch of {batch.Partition} with offset {batch.From} cannot be read: {detail}.");
}
