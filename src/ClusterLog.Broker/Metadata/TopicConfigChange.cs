namespace ClusterLog.Broker.Metadata;

/// <summary>
/// Which of a topic's settings are to be others; null where one stays. Only what is named changes, so that two who change
/// different settings at a time do not undo each other's. Immutable.
/// </summary>
internal sealed record TopicConfigChange
{
    public CleanupPolicy? Cleanup { get; init; }

    public long? RetentionBytes { get; init; }

    public long? RetentionMs { get; init; }

    public Durability? Durability { get; init; }

    public long? TombstoneGraceMs { get; init; }

    /// <summary>The settings with this change. Whether they can be used is <see cref="TopicConfig.Refuse"/>'s to say.</summary>
    public TopicConfig ApplyTo(TopicConfig config) => config with
    {
        Cleanup = Cleanup ?? config.Cleanup,
        RetentionBytes = RetentionBytes ?? config.RetentionBytes,
        RetentionMs = RetentionMs ?? config.RetentionMs,
        Durability = Durability ?? config.Durability,
        TombstoneGraceMs = TombstoneGraceMs ?? config.TombstoneGraceMs,
    };

    /// <summary>
    /// What a topic that holds records cannot change any more, in words; null when it can be done. Part of the replicated
    /// state machine.
    /// </summary>
    /// <remarks>
    /// Durability: a follower that has not heard of the change would go on acknowledging what it has in memory only, to a
    /// leader that promises more. Compaction: replicas that came in while a topic was not compacted may hold what others
    /// have dropped.
    /// </remarks>
    public string? RefuseOver(TopicConfig config)
    {
        var after = ApplyTo(config);
        return after.Durability != config.Durability
                ? $"durability is decided when a topic is created; found a change from {config.Durability} to {after.Durability}"
            : config.Cleanup.HasFlag(CleanupPolicy.Compact) && !after.Cleanup.HasFlag(CleanupPolicy.Compact)
                ? $"a topic that is compacted stays so: expected cleanup compact or compact,delete; found {after.Cleanup}"
            : after.Refuse() ?? (config.Cleanup.HasFlag(CleanupPolicy.Compact) ? null : after.RefuseNew());
    }
}
