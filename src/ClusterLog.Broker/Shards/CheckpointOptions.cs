namespace ClusterLog.Broker.Shards;

/// <summary>When a replica captures its state machine's state: as soon as either has been applied since the last time.</summary>
internal sealed record CheckpointOptions
{
    /// <summary>Bytes of entries, payloads and overhead.</summary>
    public long BytesMax { get; init; } = 64L << 20;

    /// <summary>Entries, however small.</summary>
    public int EntriesMax { get; init; } = 20_000;
}
