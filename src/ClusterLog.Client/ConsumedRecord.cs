using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>
/// A committed record. Its memory is the caller's to keep; it holds the whole answer that the record came in, so who
/// keeps few of many records should copy them.
/// </summary>
/// <param name="Partition">Where it was read.</param>
/// <param name="Offset">Its place there.</param>
/// <param name="Timestamp">Its time, as the producer gave it, in whole milliseconds.</param>
/// <param name="Key">Its key, or null.</param>
/// <param name="Value">Its value, or null.</param>
/// <param name="Headers">Its headers, in the order they were given; empty if it has none.</param>
public readonly record struct ConsumedRecord(
    TopicPartition Partition,
    Offset Offset,
    DateTimeOffset Timestamp,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers);
