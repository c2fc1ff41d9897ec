namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>What the index of keys takes from the broker's options.</summary>
internal sealed class KeyIndexOptions
{
    /// <summary>Its folder, which is its alone.</summary>
    public required string Folder { get; init; }

    /// <summary>Memory to take, about; 1 MiB or more.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>How often it is saved while it changes.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Free bytes of the disk that saving it leaves: records need them more.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>How long it waits before it is built again, should what was wrong with it still be so.</summary>
    public TimeSpan RebuildPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most questions that wait; more are refused with TooManyRequests.</summary>
    public int QuestionsMax { get; init; } = 10_000;

    /// <summary>How often it looks whether there are new topics.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
