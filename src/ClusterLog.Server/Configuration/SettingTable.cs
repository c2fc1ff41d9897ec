using ClusterLog.Broker.Peers;

namespace ClusterLog.Server.Configuration;

/// <summary>Every setting there is, in the order in which help and documents list them.</summary>
internal static partial class SettingTable
{
    /// <summary>What every environment variable of ours begins with.</summary>
    public const string VariablePrefix = "CLUSTERLOG__";

    private static readonly Lazy<IReadOnlyList<Setting>> AllSettings =
        new(() => [.. Identity(), .. Limits(), .. Topics(), .. Raft(), .. Storage(), .. Compaction(), .. Replication()]);

    public static IReadOnlyList<Setting> All => AllSettings.Value;

    /// <summary>Finds a setting by its path, whatever the case.</summary>
    public static Setting? Find(string path) =>
        All.FirstOrDefault(setting => setting.Path.Equals(path, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Setting> Identity() =>
    [
        Setting.Number("BrokerId", "--broker-id", "This broker's id, one of Cluster's.",
            o => o.BrokerId, (o, v) => o.BrokerId = v) with { IsRequired = true },
        Setting.Text("ClusterName", "--cluster-name", "The cluster's name, the same on every broker and for ever.",
            o => o.ClusterName, (o, v) => o.ClusterName = v),
        Members() with { IsRequired = true },
        Setting.Address("ClientListen", "--client-listen", "Where clients connect.",
            o => o.ClientListen, (o, v) => o.ClientListen = v),
        Setting.Address("PeerListen", "--peer-listen", "Where other brokers connect.",
            o => o.PeerListen, (o, v) => o.PeerListen = v),
        Setting.Address("HttpListen", "--http-listen", "Where health and metrics are served.",
            o => o.HttpListen, (o, v) => o.HttpListen = v),
        Setting.Address("ClientAdvertised", "--client-advertise", "Where clients are told to reach this broker.",
            o => o.ClientAdvertised, (o, v) => o.ClientAdvertised = v) with { DefaultText = "ClientListen" },
        Setting.Text("Rack", "--rack", "What this broker shares its fate with, such as a rack or a zone; replicas are spread over several.",
            o => o.Rack, (o, v) => o.Rack = v) with { Form = "a text" },
        Setting.Text("DataDirectory", "--data-dir", "Where this broker keeps its data, one directory for each disk; made if absent.",
            o => o.DataDirectory, (o, v) => o.DataDirectory = v) with
        {
            Form = "a path, or several separated by commas",
        },
        Setting.Number("Shards", null, "Single-threaded loops that groups are spread over.",
            o => o.Shards, (o, v) => o.Shards = v) with { DefaultText = "cores, at most 4" },
        Setting.Time("ShutdownTimeout", "--shutdown-timeout", "How long a graceful stop may take.",
            o => o.ShutdownTimeout, (o, v) => o.ShutdownTimeout = v),
        Setting.Choice("Log.Level", "--log-level", "The least level that is logged.",
            o => o.LogLevel, (o, v) => o.LogLevel = v),
        Setting.Choice("Log.Format", "--log-format", "How log lines are written.",
            o => o.LogFormat, (o, v) => o.LogFormat = v),
    ];

    private static Setting Members() => new(
        "Cluster",
        "--cluster",
        "The cluster's first members and where their peer listeners are, the same on every broker.",
        "members as " + PeerAddress.Form + ", separated by commas",
        options => string.Join(",", options.Broker.Cluster),
        (options, text) =>
        {
            var members = new List<PeerAddress>();
            foreach (var part in text.Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!PeerAddress.TryParse(part, out var member))
                {
                    return false;
                }

                members.Add(member);
            }

            options.Broker.Cluster = members;
            return true;
        });

    private static IEnumerable<Setting> Topics() =>
    [
        Setting.Number("Topics.PartitionsDefault", null, "Partitions of a topic whose creator names no number.",
            o => o.Topics.PartitionsDefault, (o, v) => o.Topics.PartitionsDefault = v),
        Setting.Number("Topics.ReplicasDefault", null, "Replicas of a topic whose creator names no number.",
            o => o.Topics.ReplicasDefault, (o, v) => o.Topics.ReplicasDefault = v),
        Setting.Number("Topics.TopicsMax", null, "Most topics. Full: TooManyTopics.",
            o => o.Topics.TopicsMax, (o, v) => o.Topics.TopicsMax = v),
        Setting.Number("Topics.PartitionsPerTopicMax", null, "Most partitions of a topic. More: InvalidPartitionCount.",
            o => o.Topics.PartitionsPerTopicMax, (o, v) => o.Topics.PartitionsPerTopicMax = v),
        Setting.Time("Topics.CreateTimeout", null, "Time to create a topic where the client names none.",
            o => o.Topics.CreateTimeout, (o, v) => o.Topics.CreateTimeout = v),
    ];

    private static IEnumerable<Setting> Raft() =>
    [
        Setting.Time("Raft.TickInterval", null, "The tick that Raft's times count in; the same on every broker.",
            o => o.Raft.TickInterval, (o, v) => o.Raft.TickInterval = v),
        Setting.Number("Raft.ElectionTicks", null, "Ticks of a leader's silence before an election, up to twice this.",
            o => o.Raft.ElectionTicks, (o, v) => o.Raft.ElectionTicks = v),
        Setting.Number("Raft.HeartbeatTicks", null, "Ticks between a leader's heartbeats.",
            o => o.Raft.HeartbeatTicks, (o, v) => o.Raft.HeartbeatTicks = v),
        Setting.SmallBytes("Raft.AppendBytesMax", "Most bytes of entries in one append message.",
            o => o.Raft.AppendBytesMax, (o, v) => o.Raft.AppendBytesMax = v),
        Setting.SmallBytes("Raft.InflightBytesMax", "Most bytes of entries on the way to one follower.",
            o => o.Raft.InflightBytesMax, (o, v) => o.Raft.InflightBytesMax = v),
        Setting.Number("Raft.InflightMessagesMax", null, "Most append messages on the way to one follower.",
            o => o.Raft.InflightMessagesMax, (o, v) => o.Raft.InflightMessagesMax = v),
        Setting.Bytes("Raft.UncommittedBytesMax",
            "Most bytes of one partition proposed and not committed. Full: TooManyRequests.",
            o => o.Raft.UncommittedBytesMax, (o, v) => o.Raft.UncommittedBytesMax = v),
    ];

    private static IEnumerable<Setting> Storage() =>
    [
        Setting.Bytes("Storage.WalFileBytes", "Bytes of one write-ahead log file.",
            o => o.Storage.WalFileBytes, (o, v) => o.Storage.WalFileBytes = v),
        Setting.Number("Storage.WalSpareFilesMax", null, "Write-ahead log files kept for reuse.",
            o => o.Storage.WalSpareFilesMax, (o, v) => o.Storage.WalSpareFilesMax = v),
        Setting.Choice("Storage.WalSync", null, "How write-ahead log writes are made lasting.",
            o => o.Broker.Storage.WalSync, (o, v) => o.Broker.Storage.WalSync = v),
        Setting.SmallBytes("Storage.UnsyncedBytesMax", "Bytes that topics with durability=memory may have written and not synced.",
            o => o.Storage.UnsyncedBytesMax, (o, v) => o.Storage.UnsyncedBytesMax = v),
        Setting.Time("Storage.UnsyncedTimeMax", null, "The longest that they wait for their sync.",
            o => o.Storage.UnsyncedTimeMax, (o, v) => o.Storage.UnsyncedTimeMax = v),
        Setting.Bytes("Storage.SegmentBytesMax", "Bytes at which a segment ends and the next begins.",
            o => o.Storage.SegmentBytesMax, (o, v) => o.Storage.SegmentBytesMax = v),
        Setting.Number("Storage.SegmentFilesOpenMax", null, "Segments kept open that nobody reads at the moment.",
            o => o.Storage.SegmentFilesOpenMax, (o, v) => o.Storage.SegmentFilesOpenMax = v),
        Setting.SmallBytes("Storage.SegmentFlushBytes", "Committed bytes of a group that start a segment write.",
            o => o.Storage.SegmentFlushBytes, (o, v) => o.Storage.SegmentFlushBytes = v),
        Setting.Time("Storage.SegmentFlushInterval", null, "Longest wait of committed entries for a segment write.",
            o => o.Storage.SegmentFlushInterval, (o, v) => o.Storage.SegmentFlushInterval = v),
        Setting.Bytes("Storage.TailBytesMax", "Memory for the newest records of all partitions.",
            o => o.Storage.TailBytesMax, (o, v) => o.Storage.TailBytesMax = v),
        Setting.Bytes("Storage.MinFreeBytes", "Free bytes of the disk below which produce meets StorageFull.",
            o => o.Storage.MinFreeBytes, (o, v) => o.Storage.MinFreeBytes = v),
        Setting.Bytes("Storage.ScrubBytesPerSecond", "Bytes of stored data read through in the background, per second, to find damage. 0: never.",
            o => o.Storage.ScrubBytesPerSecond, (o, v) => o.Storage.ScrubBytesPerSecond = v),
        Setting.Time("Storage.ScrubInterval", null, "From one beginning of that to the next, at least.",
            o => o.Storage.ScrubInterval, (o, v) => o.Storage.ScrubInterval = v),
        Setting.Bytes("Storage.DamagedBytesMax", "Bytes of damaged files kept in `damaged/`; the oldest go first.",
            o => o.Storage.DamagedBytesMax, (o, v) => o.Storage.DamagedBytesMax = v),
        Setting.Number("Storage.DamagedFilesMax", null, "Damaged files kept there.",
            o => o.Storage.DamagedFilesMax, (o, v) => o.Storage.DamagedFilesMax = v),
        Setting.Bytes("Storage.CheckpointBytes", "Bytes of entries that a group applies between two checkpoints.",
            o => o.Storage.CheckpointBytes, (o, v) => o.Storage.CheckpointBytes = v),
        Setting.Number("Storage.CheckpointEntries", null, "Entries that a group applies between two checkpoints.",
            o => o.Storage.CheckpointEntries, (o, v) => o.Storage.CheckpointEntries = v),
    ];

    private static IEnumerable<Setting> Compaction() =>
    [
        Setting.Time("Compaction.Interval", null, "How often the broker looks for partitions that are worth compacting.",
            o => o.Compaction.Interval, (o, v) => o.Compaction.Interval = v),
        Setting.Number("Compaction.DirtyPercentMin", null,
            "How much of a partition's closed segments must be new since it was last compacted, in percent.",
            o => o.Compaction.DirtyPercentMin, (o, v) => o.Compaction.DirtyPercentMin = v),
        Setting.Time("Compaction.SegmentAgeMax", null,
            "How long the newest segment grows before it is compacted, when it is that much of its partition; with less, longer.",
            o => o.Compaction.SegmentAgeMax, (o, v) => o.Compaction.SegmentAgeMax = v),
        Setting.Bytes("Compaction.BytesPerSecond", "Bytes a second that compaction reads, and writes at most.",
            o => o.Compaction.BytesPerSecond, (o, v) => o.Compaction.BytesPerSecond = v),
        Setting.Bytes("Compaction.MapBytesMax", "Memory for the keys of one run of compaction, some 30 bytes a key.",
            o => o.Compaction.MapBytesMax, (o, v) => o.Compaction.MapBytesMax = v),
        Setting.Bytes("Compaction.IndexMemoryBytes", "Memory for the newest part of the index of keys.",
            o => o.Compaction.IndexMemoryBytes, (o, v) => o.Compaction.IndexMemoryBytes = v),
        Setting.Time("Compaction.IndexCheckpointInterval", null, "How often the index of keys is saved while it changes.",
            o => o.Compaction.IndexCheckpointInterval, (o, v) => o.Compaction.IndexCheckpointInterval = v),
    ];

    private static IEnumerable<Setting> Replication() =>
    [
        Setting.Bytes("Replication.CatchUpBytesPerSecondMax",
            "Bytes a second that this broker reads from its disk for replicas that are coming into their groups. 0: no limit.",
            o => o.Replication.CatchUpBytesPerSecondMax, (o, v) => o.Replication.CatchUpBytesPerSecondMax = v),
        Setting.Number("Replication.MovesMax", null, "Partitions that the cluster moves at a time of its own accord.",
            o => o.Replication.MovesMax, (o, v) => o.Replication.MovesMax = v),
        Setting.Time("Replication.ReplaceAfter", null,
            "How long a broker may be out of reach before what it holds is rebuilt on others. 0: never.",
            o => o.Replication.ReplaceAfter, (o, v) => o.Replication.ReplaceAfter = v),
    ];
}
