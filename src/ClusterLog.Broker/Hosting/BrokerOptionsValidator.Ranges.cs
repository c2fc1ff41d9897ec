namespace ClusterLog.Broker.Hosting;

internal static partial class BrokerOptionsValidator
{
    private const long KiB = 1L << 10;
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;

    /// <summary>What a frame holds beside its records: the request's fields and the batch's header.</summary>
    private const long FrameOverheadBytes = 4 * KiB;

    private static TimeSpan TimeoutMin => TimeSpan.FromMilliseconds(100);

    private static TimeSpan TimeoutMax => TimeSpan.FromMinutes(10);

    private static IEnumerable<OptionRule> LimitRules() =>
    [
        OptionRule.Bytes("Limits.FrameBytesMax", o => o.Limits.FrameBytesMax, 64 * KiB, 64 * MiB),
        OptionRule.Bytes("Limits.HandshakeFrameBytesMax", o => o.Limits.HandshakeFrameBytesMax, KiB, MiB),
        OptionRule.Bytes(
            "Limits.RecordBytesMax",
            o => o.Limits.RecordBytesMax,
            _ => KiB,
            o => Math.Max(KiB, o.Limits.FrameBytesMax - FrameOverheadBytes)),
        OptionRule.Number("Limits.ConnectionsMax", o => o.Limits.ConnectionsMax, 1, 1_000_000),
        OptionRule.Number("Limits.HttpConnectionsMax", o => o.Limits.HttpConnectionsMax, 1, 100_000),
        OptionRule.Number(
            "Limits.RequestsInFlightPerConnectionMax", o => o.Limits.RequestsInFlightPerConnectionMax, 1, 65_536),
        AtLeastAFrame("Limits.ConnectionBytesInFlightMax", o => o.Limits.ConnectionBytesInFlightMax, GiB),
        AtLeastAFrame("Limits.BytesWaitingMax", o => o.Limits.BytesWaitingMax, 64 * GiB),
        AtLeastAFrame("Limits.BytesBufferedMax", o => o.Limits.BytesBufferedMax, 64 * GiB),
        AtLeastAFrame("Limits.ReplyBytesBufferedMax", o => o.Limits.ReplyBytesBufferedMax, GiB),
        OptionRule.Bytes("Limits.FetchBytesMax", o => o.Limits.FetchBytesMax, 64 * KiB, 64 * MiB),
        OptionRule.Time("Limits.FetchWaitMax", o => o.Limits.FetchWaitMax, TimeSpan.Zero, TimeoutMax),
        Timeout("Limits.ProduceTimeoutMax", o => o.Limits.ProduceTimeoutMax),
        Timeout("Limits.HandshakeTimeout", o => o.Limits.HandshakeTimeout),
        Timeout("Limits.FrameTimeout", o => o.Limits.FrameTimeout),
        OptionRule.Time(
            "Limits.IdleTimeout", o => o.Limits.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        Timeout("Limits.WriteTimeout", o => o.Limits.WriteTimeout),
        OptionRule.Bytes(
            "Limits.PeerFrameBytesMax",
            o => o.Limits.PeerFrameBytesMax,
            o => Math.Max(o.Limits.FrameBytesMax, o.Raft.AppendBytesMax) + MiB,
            _ => 256 * MiB),
        OptionRule.Bytes(
            "Limits.PeerOutboundBytesMax",
            o => o.Limits.PeerOutboundBytesMax,
            o => o.Limits.PeerFrameBytesMax,
            _ => 4 * GiB),
    ];

    private static IEnumerable<OptionRule> TopicRules() =>
    [
        OptionRule.Number(
            "Topics.PartitionsDefault", o => o.Topics.PartitionsDefault, 1, o => o.Topics.PartitionsPerTopicMax),
        OptionRule.Number("Topics.ReplicasDefault", o => o.Topics.ReplicasDefault, 1, 7),
        OptionRule.Number("Topics.TopicsMax", o => o.Topics.TopicsMax, 1, 1_000_000),
        OptionRule.Number("Topics.PartitionsPerTopicMax", o => o.Topics.PartitionsPerTopicMax, 1, 100_000),
        Timeout("Topics.CreateTimeout", o => o.Topics.CreateTimeout),
    ];

    private static IEnumerable<OptionRule> RaftRules() =>
    [
        OptionRule.Time(
            "Raft.TickInterval", o => o.Raft.TickInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
        OptionRule.Number("Raft.ElectionTicks", o => o.Raft.ElectionTicks, 3, 1_000),
        OptionRule.Number(
            "Raft.HeartbeatTicks", o => o.Raft.HeartbeatTicks, 1, o => Math.Max(1, o.Raft.ElectionTicks / 2)),
        OptionRule.Bytes("Raft.AppendBytesMax", o => o.Raft.AppendBytesMax, 4 * KiB, 16 * MiB),
        OptionRule.Bytes("Raft.InflightBytesMax", o => o.Raft.InflightBytesMax, o => o.Raft.AppendBytesMax, _ => GiB),
        OptionRule.Number("Raft.InflightMessagesMax", o => o.Raft.InflightMessagesMax, 1, 4_096),
        OptionRule.Bytes("Raft.UncommittedBytesMax", o => o.Raft.UncommittedBytesMax, MiB, 4 * GiB),
    ];

    private static IEnumerable<OptionRule> StorageRules() =>
    [
        new("Storage.WalFileBytes",
            o => OptionText.FormatBytes(o.Storage.WalFileBytes),
            o => $"{OptionText.FormatBytes(WalFileBytesMin(o))} to 1 GiB, a multiple of 4 KiB, and room for two frames",
            o => o.Storage.WalFileBytes >= WalFileBytesMin(o)
                && o.Storage.WalFileBytes <= GiB
                && o.Storage.WalFileBytes % (4 * KiB) == 0),
        OptionRule.Number("Storage.WalSpareFilesMax", o => o.Storage.WalSpareFilesMax, 0, 64),
        OptionRule.Bytes("Storage.UnsyncedBytesMax", o => o.Storage.UnsyncedBytesMax, 0, 64 * MiB),
        OptionRule.Time(
            "Storage.UnsyncedTimeMax", o => o.Storage.UnsyncedTimeMax, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
        OptionRule.Bytes("Storage.SegmentBytesMax", o => o.Storage.SegmentBytesMax, 4 * KiB, GiB),
        OptionRule.Number("Storage.SegmentFilesOpenMax", o => o.Storage.SegmentFilesOpenMax, 0, 100_000),
        OptionRule.Bytes("Storage.SegmentFlushBytes", o => o.Storage.SegmentFlushBytes, 1, 64 * MiB),
        OptionRule.Time(
            "Storage.SegmentFlushInterval",
            o => o.Storage.SegmentFlushInterval,
            TimeSpan.Zero,
            TimeSpan.FromHours(1)),
        OptionRule.Bytes("Storage.TailBytesMax", o => o.Storage.TailBytesMax, 0, TiB),
        OptionRule.Bytes("Storage.MinFreeBytes", o => o.Storage.MinFreeBytes, 0, TiB),
        OptionRule.Bytes("Storage.ScrubBytesPerSecond", o => o.Storage.ScrubBytesPerSecond, 0, 16 * GiB),
        OptionRule.Time(
            "Storage.ScrubInterval", o => o.Storage.ScrubInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
        OptionRule.Bytes("Storage.DamagedBytesMax", o => o.Storage.DamagedBytesMax, 0, TiB),
        OptionRule.Number("Storage.DamagedFilesMax", o => o.Storage.DamagedFilesMax, 0, 100_000),
        OptionRule.Bytes("Storage.CheckpointBytes", o => o.Storage.CheckpointBytes, 4 * KiB, TiB),
        OptionRule.Number("Storage.CheckpointEntries", o => o.Storage.CheckpointEntries, 1, 1_000_000_000),
    ];

    private static IEnumerable<OptionRule> CompactionRules() =>
    [
        OptionRule.Time(
            "Compaction.Interval",
            o => o.Compaction.Interval,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(24)),
        OptionRule.Number("Compaction.DirtyPercentMin", o => o.Compaction.DirtyPercentMin, 1, 100),
        OptionRule.Time(
            "Compaction.SegmentAgeMax", o => o.Compaction.SegmentAgeMax, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30)),
        OptionRule.Bytes("Compaction.BytesPerSecond", o => o.Compaction.BytesPerSecond, 64 * KiB, TiB),
        OptionRule.Bytes("Compaction.MapBytesMax", o => o.Compaction.MapBytesMax, 4 * KiB, 4 * GiB),
        OptionRule.Bytes("Compaction.IndexMemoryBytes", o => o.Compaction.IndexMemoryBytes, MiB, TiB),
        OptionRule.Time(
            "Compaction.IndexCheckpointInterval",
            o => o.Compaction.IndexCheckpointInterval,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(24)),
    ];

    private static IEnumerable<OptionRule> ReplicationRules() =>
    [
        new("Replication.CatchUpBytesPerSecondMax",
            o => OptionText.FormatBytes(o.Replication.CatchUpBytesPerSecondMax),
            _ => "0, or 1 MiB to 16 GiB",
            o => o.Replication.CatchUpBytesPerSecondMax is 0 or >= MiB and <= 16 * GiB),
        OptionRule.Number("Replication.MovesMax", o => o.Replication.MovesMax, 1, 1_000),
        OptionRule.Time("Replication.ReplaceAfter", o => o.Replication.ReplaceAfter, TimeSpan.Zero, TimeSpan.FromDays(30)),
    ];

    /// <summary>Two of the largest entries, in whole blocks.</summary>
    private static long WalFileBytesMin(BrokerOptions options) =>
        Math.Max(64 * KiB, ((2L * options.Limits.FrameBytesMax) + (8 * KiB) - 1) / (4 * KiB) * (4 * KiB));

    private static OptionRule AtLeastAFrame(string key, Func<BrokerOptions, long> get, long max) =>
        OptionRule.Bytes(key, get, o => o.Limits.FrameBytesMax, _ => max);

    private static OptionRule Timeout(string key, Func<BrokerOptions, TimeSpan> get) =>
        OptionRule.Time(key, get, TimeoutMin, TimeoutMax);
}
