namespace ClusterLog.Protocol;

/// <summary>
/// The names of a topic's settings, as clients send them when they create a topic and as brokers describe it. The broker
/// reads the values; docs/operations.md has the table.
/// </summary>
public static class TopicSetting
{
    /// <summary>
    /// What becomes of old records: <c>delete</c> (the default; by age and size), <c>compact</c> (the latest record of
    /// each key stays) or <c>compact,delete</c>.
    /// </summary>
    public const string Cleanup = "cleanup";

    /// <summary>Bytes that a partition keeps of each replica, such as <c>64MiB</c>; <c>-1</c>, the default, is all.</summary>
    public const string RetentionBytes = "retention.bytes";

    /// <summary>How long records are kept, such as <c>7d</c> or <c>90m</c>; <c>-1</c>, the default, is for ever.</summary>
    public const string RetentionTime = "retention.time";

    /// <summary>
    /// When a record counts as stored: <c>disk</c> (the default), once a majority has it on disk, or <c>memory</c>, once a
    /// majority has it in memory.
    /// </summary>
    public const string Durability = "durability";

    /// <summary>How long a compacted topic keeps the mark that a key was deleted, such as <c>24h</c>, the default.</summary>
    public const string TombstoneGrace = "tombstone.grace";

    /// <summary>All names, in the order in which brokers describe them.</summary>
    public static IReadOnlyList<string> All { get; } = [Cleanup, RetentionBytes, RetentionTime, Durability, TombstoneGrace];
}
