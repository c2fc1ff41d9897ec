namespace ClusterLog.Protocol.Batches;

/// <summary>One record of a batch. Its bytes are slices of the batch and live as long as it does.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Timestamp">Unix ms.</param>
/// <param name="Key">What it is about, or null.</param>
/// <param name="Value">Its content; null marks the key as deleted in a compacted topic.</param>
/// <param name="Headers">Its headers, in the order they were written; empty if there are none.</param>
internal readonly record struct BatchRecord(
    long Offset,
    long Timestamp,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    RecordHeader[] Headers);
