namespace ClusterLog.Broker.Metadata;

/// <summary>
/// What an operator has decided about a topic. Immutable; part of the replicated metadata. Users read it where they need
/// it, from the newest snapshot, and keep none for ever: it may change while the topic lives.
/// </summary>
internal sealed record TopicConfig
{
    /// <summary>What stands for "no limit".</summary>
    public const long Unlimited = -1;

    /// <summary>The default of <see cref="TombstoneGraceMs"/>: one day.</summary>
    public const long TombstoneGraceMsDefault = 86_400_000;

    /// <summary>
    /// What a topic has whose creator says nothing. Never change it: an entry of the log, or a snapshot, that says
    /// nothing means this.
    /// </summary>
    public static TopicConfig Default { get; } = new();

    /// <summary>What becomes of old records; default delete.</summary>
    public CleanupPolicy Cleanup { get; init; } = CleanupPolicy.Delete;

    /// <summary>Bytes that each replica of a partition keeps; -1, the default, for all of them. At least 1.</summary>
    public long RetentionBytes { get; init; } = Unlimited;

    /// <summary>Milliseconds that a record is kept; -1, the default, for ever. At least 1.</summary>
    public long RetentionMs { get; init; } = Unlimited;

    /// <summary>When a record counts as stored; default on disk.</summary>
    public Durability Durability { get; init; } = Durability.Disk;

    /// <summary>Milliseconds that compaction keeps the mark of a deleted key; default one day. At least 0.</summary>
    public long TombstoneGraceMs { get; init; } = TombstoneGraceMsDefault;

    /// <summary>Whether old records go by size or age at all.</summary>
    public bool HasRetention =>
        Cleanup.HasFlag(CleanupPolicy.Delete) && (RetentionBytes != Unlimited || RetentionMs != Unlimited);

    /// <summary>
    /// Why no new topic is to have it, in words; null where one may. Asked before anything is replicated: topics that were
    /// created by an earlier version have it nevertheless.
    /// </summary>
    public string? RefuseNew() => Cleanup.HasFlag(CleanupPolicy.Compact) && Durability == Durability.Memory
        ? "cleanup=compact does not go with durability=memory: a record that is superseded goes for good, and what is "
            + "committed in memory only, in whose favour it went, may be lost"
        : null;

    /// <summary>What is wrong with it, in words; null when it can be used. Part of the replicated state machine.</summary>
    public string? Refuse() => this switch
    {
        { Cleanup: CleanupPolicy.None or > (CleanupPolicy.Delete | CleanupPolicy.Compact) or < 0 } =>
            $"cleanup must be delete, compact or both; found number {(int)Cleanup}",
        { RetentionBytes: 0 or < Unlimited } =>
            $"retention.bytes must be -1 or at least 1; found {RetentionBytes}",
        { RetentionMs: 0 or < Unlimited } =>
            $"retention.time must be -1 or at least 1 ms; found {RetentionMs} ms",
        { Durability: not (Durability.Disk or Durability.Memory) } =>
            $"durability must be disk or memory; found number {(int)Durability}",
        { TombstoneGraceMs: < 0 } => $"tombstone.grace must be at least 0; found {TombstoneGraceMs} ms",
        _ => null,
    };
}
