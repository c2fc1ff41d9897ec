namespace ClusterLog.Broker.Compaction;

/// <summary>How the node compacts the partitions of topics with <c>cleanup=compact</c>. The node's.</summary>
internal sealed class CompactionOptions
{
    /// <summary>How often the node looks for partitions that are worth compacting; default 15 s; 100 ms to 24 h.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How much of a partition's closed segments must not have been compacted yet, in percent, before it is compacted;
    /// default 50; 1 to 100. Less: less space, more reading and writing.
    /// </summary>
    public int DirtyPercentMin { get; set; } = 50;

    /// <summary>
    /// After how long a segment that is not full is ended and compacted, when its part of the partition is
    /// <see cref="DirtyPercentMin"/>; with less of it, longer in proportion. Default 15 min; 1 ms to 30 days.
    /// </summary>
    public TimeSpan SegmentAgeMax { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Bytes a second that compaction reads; default 32 MiB; 64 KiB to 1 TiB. It writes no more than that.</summary>
    public long BytesPerSecond { get; set; } = 32L << 20;

    /// <summary>
    /// Memory for the keys of one run of compaction, 24 bytes a key at most four fifths full; default 64 MiB, for some
    /// two million keys; 4 KiB to 4 GiB. With more keys than that a partition takes several runs.
    /// </summary>
    public long MapBytesMax { get; set; } = 64L << 20;

    /// <summary>
    /// Memory for the newest part of the index of keys; default 64 MiB; 1 MiB to 1 TiB. What is older is read from disk.
    /// It is taken once the node has a compacted partition.
    /// </summary>
    public long IndexMemoryBytes { get; set; } = 64L << 20;

    /// <summary>
    /// How often the index of keys is saved while it changes; default 1 min; 100 ms to 24 h. After a start it is brought up
    /// to date from there.
    /// </summary>
    public TimeSpan IndexCheckpointInterval { get; set; } = TimeSpan.FromMinutes(1);
}
