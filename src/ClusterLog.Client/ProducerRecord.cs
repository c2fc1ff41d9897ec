namespace ClusterLog.Client;

/// <summary>
/// A record to produce. Its memory must stay as it is until the call that took it has completed.
/// </summary>
/// <param name="Topic">The topic, which must exist.</param>
/// <param name="Value">The value, or null.</param>
/// <param name="Key">The key, or null. Unless a partition is given, records of one key go to one partition.</param>
public readonly record struct ProducerRecord(
    string Topic, ReadOnlyMemory<byte>? Value = null, ReadOnlyMemory<byte>? Key = null)
{
    /// <summary>
    /// The partition; null for that of the key's hash, or without a key for one partition at a time, another with each
    /// batch.
    /// </summary>
    public int? Partition { get; init; }

    /// <summary>The time of the record, kept in milliseconds; null for now.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Headers, or null for none.</summary>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }
}
