using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Checking.Logs;
using ClusterLog.Raft;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <content>What the clients did and saw, judged as a whole.</content>
internal sealed partial class ClusterWorkload
{
    private readonly List<LogEntry> _read = [];

    /// <inheritdoc/>
    public void OnEnded(World world)
    {
        foreach (var partition in Newest(world).ByGroup.Values)
        {
            if (!partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact) && FindLeader(world, partition.Group) is { } leader)
            {
                ReadToEnd(leader);
            }
        }

        _scan.Look();
        var report = History.Check();
        if (!report.IsClean)
        {
            throw new ViolationException(nameof(Invariant.LogHistory), report.ToString());
        }
    }

    private void ReadToEnd(Replica leader)
    {
        var records = new List<LogRecord>();
        var (offset, end) = (((Partition)leader.Machine).FirstOffset, leader.Log.NextOffset);
        var start = offset;
        while (offset < end)
        {
            _read.Clear();
            IReadOnlyList<LogEntry> entries = leader.Log.TryReadFrom(offset, leader.Applied, int.MaxValue, _read)
                ? _read
                : leader.Log.ColdView().ReadFromOffset(offset, leader.Applied, int.MaxValue);
            if (entries.Count == 0)
            {
                throw new ViolationException(
                    nameof(Invariant.DenseOffsets), $"group {leader.Group}: nothing can be read at offset {offset} of {end}");
            }

            foreach (var entry in entries)
            {
                if (entry.Kind == EntryKind.Data)
                {
                    ConsumerClient.Read(entry, start, records);
                }
            }

            offset = entries[^1].NextOffset;
        }

        History.FinalReads.Add(new FinalRead(0, History.NameOf(leader.Group), start, records));
    }
}
