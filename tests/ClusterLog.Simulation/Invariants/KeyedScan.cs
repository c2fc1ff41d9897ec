using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Disk;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Invariants;

/// <summary>
/// Reads, now and then, everything that the replicas of compacted groups hold: on each the latest committed record of every
/// key is there, with its bytes, or it is a tombstone that may be gone; and where one is gone, no member holds what it
/// deletes.
/// </summary>
internal sealed class KeyedScan(World world, InvariantChecker checker) : IScheduled
{
    private const long Interval = 4 * WorldSettings.Second;

    private readonly List<LogEntry> _read = [];

    public void Start() => world.After(Interval, this);

    public void Run()
    {
        Look();
        world.After(Interval, this);
    }

    public void Look()
    {
        if (Leaders.Find(world, GroupId.Metadata) is not { } metadata)
        {
            return;
        }

        foreach (var partition in ((MetadataGroup)metadata.Machine).Snapshot.ByGroup.Values)
        {
            if (checker.GroupOf(partition.Group).Keyed is { } keyed && Leaders.Find(world, partition.Group) is { } leader)
            {
                Look(leader, keyed);
            }
        }
    }

    private void Look(Replica leader, KeyedRecords keyed)
    {
        var found = new List<Holding>();
        foreach (var broker in world.Brokers)
        {
            // What is damaged is no copy, and may not be readable.
            if (!broker.IsSuspect
                && broker.Find(leader.Group) is { IsStopped: false } replica
                && leader.Configuration.Contains(replica.Identity)
                && Read(replica) is { } holding)
            {
                found.Add(holding);
            }
        }

        foreach (var (key, latest) in keyed.Latest)
        {
            if (latest.IsTombstone && found.Find(holding => holding.Lacks(latest.Offset)) is { } without)
            {
                CheckDeleted(leader.Group, key, latest.Offset, without, found);
            }
        }
    }

    private static void CheckDeleted(GroupId group, string key, long offset, Holding without, List<Holding> all)
    {
        foreach (var holding in all)
        {
            if (holding.Oldest.TryGetValue(key, out var oldest) && oldest < offset)
            {
                throw new ViolationException(
                    nameof(Invariant.DeletedStaysDeleted),
                    $"group {group}: replica {without.Replica} has let go of the tombstone of key {key} at {offset}, and replica "
                    + $"{holding.Replica} still holds a record of it at {oldest}");
            }
        }
    }

    /// <summary>What a replica holds, all of it checked; null where it cannot be read just now.</summary>
    private Holding? Read(Replica replica)
    {
        var machine = (Partition)replica.Machine;
        var holding = new Holding(replica.Identity, machine.FirstOffset, machine.HighWatermark);
        try
        {
            for (var offset = machine.FirstOffset; offset < machine.HighWatermark;)
            {
                _read.Clear();
                IReadOnlyList<LogEntry> entries = replica.Log.TryReadFrom(offset, replica.Applied, int.MaxValue, _read)
                    ? _read
                    : replica.Log.ColdView().ReadFromOffset(offset, replica.Applied, int.MaxValue);
                if (entries.Count == 0)
                {
                    throw new ViolationException(
                        nameof(Invariant.DenseOffsets), $"group {replica.Group}: replica {replica.Identity} holds nothing at {offset}");
                }

                Take(replica.Group, entries, holding);
                offset = entries[^1].NextOffset;
            }
        }
        catch (Exception error) when (error is IOException or CorruptLogException or SimulatedCrashException)
        {
            return null;
        }

        return holding;
    }

    private void Take(GroupId group, IReadOnlyList<LogEntry> entries, Holding holding)
    {
        foreach (var entry in entries)
        {
            checker.Served(group, entry);
            var opened = RecordBatchReader.TryOpen(entry.Payload, out var reader);
            while (entry.Kind == EntryKind.Data && opened.IsValid && reader.TryRead(out var record))
            {
                holding.Add(KeyedRecords.KeyOf(record), record.Offset);
            }
        }
    }

    /// <summary>The records that a replica holds.</summary>
    private sealed class Holding(ReplicaId replica, long from, long end)
    {
        private readonly HashSet<long> _offsets = [];

        public ReplicaId Replica => replica;

        /// <summary>Of each key the oldest record.</summary>
        public Dictionary<string, long> Oldest { get; } = [];

        public void Add(string key, long offset)
        {
            _offsets.Add(offset);
            Oldest.TryAdd(key, offset);
        }

        /// <summary>Whether an offset that lies in its log is not there.</summary>
        public bool Lacks(long offset) => offset >= from && offset < end && !_offsets.Contains(offset);
    }
}
