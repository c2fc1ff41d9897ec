using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Shards;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>A small, fast cluster of three, in whose files there is something of everything.</summary>
internal static class RotSettings
{
    public const int Brokers = 3;

    /// <param name="allRunAfter">Virtual microseconds after which brokers that do not start at once do.</param>
    public static WorldSettings Make(ulong seed, long allRunAfter) =>
        new(SimulatedRandom.For(seed, (ulong)RandomStream.Settings))
        {
            Brokers = Brokers,
            SafetyTime = allRunAfter,
            LivenessTimeMax = 120 * WorldSettings.Second,
            Tick = 100 * WorldSettings.Millisecond,
            TurnDelayMax = 100,
            DiskDelayMax = WorldSettings.Millisecond,
            LatencyMax = WorldSettings.Millisecond,
            SilenceMax = 1_500 * WorldSettings.Millisecond,
            WritesAreDirect = false,
            ElectionTicks = 10,
            HeartbeatTicks = 2,
            AppendBytesMax = 64 << 10,
            InflightMessagesMax = 64,
            UncommittedBytesMax = 1 << 20,
            WalFileBytes = 64 << 10,
            SegmentBytesMax = 8 << 10,
            SegmentFlushBytes = 2 << 10,
            TailBytesMax = 0,
            Checkpoints = new CheckpointOptions { BytesMax = 4 << 10, EntriesMax = 12 },
            QuietGroups = true,
            UsesWireFormat = false,

            // Only when it is asked for: who finds the damage is to be seen.
            ScrubBytesPerSecond = 0,
            ScrubInterval = WorldSettings.Second,
            Compaction = new CompactionOptions { Interval = TimeSpan.FromHours(1) },
        };
}
