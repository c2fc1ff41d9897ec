namespace ClusterLog.Broker.Compaction;

/// <summary>What is to be done for a partition next.</summary>
internal enum CompactionStep
{
    None = 0,

    /// <summary>The segment that grows is to end, so that it can be compacted.</summary>
    EndSegment = 1,

    /// <summary>A run over what no run has seen.</summary>
    Compact = 2,

    /// <summary>A run over the segments that have tombstones which the horizon has passed.</summary>
    DropTombstones = 3,
}
