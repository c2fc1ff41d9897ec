using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Worlds;

/// <summary>What one seed draws once, before anything happens: the cluster's size, its pace, the sizes of files.</summary>
internal sealed class WorldSettings
{
    public const long Millisecond = 1_000;
    public const long Second = 1_000_000;

    public WorldSettings(SimulatedRandom random)
    {
        Brokers = random.Next(10) switch { < 6 => 3, < 8 => 5, 8 => 4, _ => 3 };
        SafetyTime = random.Between(150, 260) * Second;
        Tick = random.Next(3) switch { 0 => 50, 1 => 100, _ => 200 } * Millisecond;
        Topics = random.Next(1, 3);
        PartitionsMax = Topics == 1 ? 3 : 2;
        TurnDelayMax = random.Next(3) switch { 0 => 100, 1 => Millisecond, _ => 4 * Millisecond };
        DiskDelayMax = random.Next(3) switch { 0 => Millisecond, 1 => 5 * Millisecond, _ => 20 * Millisecond };
        LatencyMax = random.Next(3) switch { 0 => Millisecond, 1 => 5 * Millisecond, _ => 30 * Millisecond };
        BeatInterval = 500 * Millisecond;
        SilenceMax = random.Between(1200, 3000) * Millisecond;
        WritesAreDirect = random.Next(2) == 0;
        ElectionTicks = random.Next(2) == 0 ? 10 : 6;
        HeartbeatTicks = random.Next(1, 4);
        AppendBytesMax = random.Next(3) switch { 0 => 256, 1 => 4 << 10, _ => 64 << 10 };
        InflightMessagesMax = random.Next(3) switch { 0 => 1, 1 => 4, _ => 64 };
        UncommittedBytesMax = random.Next(2) == 0 ? 16 << 10 : 1 << 20;
        WalFileBytes = random.Next(2) == 0 ? 64 << 10 : 128 << 10;
        SegmentBytesMax = random.Next(2) == 0 ? 8 << 10 : 64 << 10;
        SegmentFlushBytes = random.Next(2) == 0 ? 1 << 10 : 8 << 10;
        TailBytesMax = random.Next(3) switch { 0 => 0, 1 => 16 << 10, _ => 1 << 20 };
        Checkpoints = new CheckpointOptions
        {
            BytesMax = random.Next(2) == 0 ? 4 << 10 : 64 << 10,
            EntriesMax = random.Next(3) switch { 0 => 5, 1 => 30, _ => 200 },
        };
        QuietGroups = random.Next(4) > 0;
        UsesWireFormat = random.Next(4) == 0;
        ScrubBytesPerSecond = random.Next(3) switch { 0 => 64 << 10, 1 => 256 << 10, _ => 16 << 20 };
        ScrubInterval = random.Next(3) switch { 0 => Second, 1 => 10 * Second, _ => 60 * Second };
        Compaction = new CompactionOptions
        {
            Interval = TimeSpan.FromMilliseconds(random.Between(500, 10_000)),
            DirtyPercentMin = random.Next(3) switch { 0 => 1, 1 => 25, _ => 50 },
            SegmentAgeMax = TimeSpan.FromSeconds(random.Between(2, 30)),
            BytesPerSecond = random.Next(3) switch { 0 => 64 << 10, 1 => 1 << 20, _ => 32 << 20 },

            // For so few keys that a run meets its end now and then.
            MapBytesMax = random.Next(2) == 0 ? 24 * 16 : 4 << 10,
        };
    }

    /// <summary>Brokers of the cluster; ids 1 to this.</summary>
    public int Brokers { get; init; }

    /// <summary>Virtual microseconds of the phase in which faults happen.</summary>
    public long SafetyTime { get; init; }

    /// <summary>Virtual microseconds within which, once the faults have ended, every group must make progress.</summary>
    public long LivenessTimeMax { get; init; } = 60 * Second;

    /// <summary>The brokers' tick by their own clocks, in microseconds.</summary>
    public long Tick { get; init; }

    public int Topics { get; init; }

    /// <summary>Each topic has 1 to this many partitions.</summary>
    public int PartitionsMax { get; init; }

    /// <summary>The longest that work waits in a shard's inbox before its turn, so that turns hold one work or many.</summary>
    public long TurnDelayMax { get; init; }

    /// <summary>The longest that a healthy disk takes for a write with its sync, or for a read.</summary>
    public long DiskDelayMax { get; init; }

    /// <summary>The longest that a healthy network takes for a message.</summary>
    public long LatencyMax { get; init; }

    public long BeatInterval { get; init; }

    /// <summary>Silence after which a broker calls a peer down.</summary>
    public long SilenceMax { get; init; }

    /// <summary>Whether the disk can do O_DSYNC writes, so that a WAL write is lasting without a sync.</summary>
    public bool WritesAreDirect { get; init; }

    public int ElectionTicks { get; init; }

    public int HeartbeatTicks { get; init; }

    public int AppendBytesMax { get; init; }

    public int InflightMessagesMax { get; init; }

    public long UncommittedBytesMax { get; init; }

    public long WalFileBytes { get; init; }

    public long SegmentBytesMax { get; init; }

    public int SegmentFlushBytes { get; init; }

    public long TailBytesMax { get; init; }

    /// <summary>How often replicas capture their states, so that logs are trimmed and snapshots are sent.</summary>
    public CheckpointOptions Checkpoints { get; init; }

    /// <summary>Whether groups that have nothing to do fall quiet.</summary>
    public bool QuietGroups { get; init; }

    /// <summary>How much of the segments and checkpoints is read through per second, in the background; 0 for nothing.</summary>
    public long ScrubBytesPerSecond { get; init; }

    /// <summary>Virtual microseconds from one beginning of reading everything through to the next.</summary>
    public long ScrubInterval { get; init; }

    /// <summary>How brokers compact, and how often leaders ask how far others have.</summary>
    public CompactionOptions Compaction { get; init; }

    /// <summary>Whether messages are encoded and decoded on their way, or only handed over.</summary>
    public bool UsesWireFormat { get; init; }

    public RaftOptions ToRaftOptions() => new()
    {
        QuietGroups = QuietGroups,
        ElectionTicks = ElectionTicks,
        HeartbeatTicks = HeartbeatTicks,
        AppendBytesMax = AppendBytesMax,
        InflightBytesMax = Math.Max(AppendBytesMax, 64 << 10),
        InflightMessagesMax = InflightMessagesMax,
        UncommittedBytesMax = UncommittedBytesMax,
    };

    public StorageOptions ToStorageOptions() => new()
    {
        DataDirectory = "/simulated",
        WalFileBytes = WalFileBytes,
        WalSpareFilesMax = 1,
        SegmentBytesMax = SegmentBytesMax,
        SegmentFlushBytes = SegmentFlushBytes,
        SegmentFlushInterval = TimeSpan.FromSeconds(5),
        TailBytesMax = TailBytesMax,
        MinFreeBytes = 0,
        ScrubBytesPerSecond = ScrubBytesPerSecond,
        ScrubInterval = TimeSpan.FromMicroseconds(ScrubInterval),
    };
}
