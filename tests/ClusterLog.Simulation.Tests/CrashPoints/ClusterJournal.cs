using ClusterLog.Disks;
using ClusterLog.Disks.Journals;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>
/// Writes down what the brokers of a world do to their disks, in one order, and in between what each replica was told to
/// be durable and what was committed.
/// </summary>
/// <param name="checker">Told of every turn before this is; it keeps payloads that the brokers may have let go of.</param>
internal sealed class ClusterJournal(InvariantChecker checker) : IObserver
{
    private readonly Dictionary<int, RecordingDisk> _disks = [];
    private readonly Dictionary<GroupId, ulong> _committed = [];

    public DiskJournal Journal { get; } = new();

    /// <summary>In order, each with the number of events before it.</summary>
    public List<(int Events, ClusterNote Note)> Notes { get; } = [];

    /// <summary>The checksum of the payload of every entry that was ever handed to storage.</summary>
    public Dictionary<(GroupId Group, ulong Index, ulong Term), uint> Written { get; } = [];

    public IReadOnlyDictionary<int, RecordingDisk> Disks => _disks;

    public IStorageDisk DiskOf(SimulatedBroker broker)
    {
        if (!_disks.TryGetValue(broker.Id, out var disk))
        {
            disk = new RecordingDisk(broker.Disk, Journal, broker.Id, DiskImage.Empty, broker.World.Settings.WritesAreDirect);
            _disks.Add(broker.Id, disk);
        }

        return disk;
    }

    public void OnDurable(SimulatedBroker broker, WalSubmission submission, bool isSynced)
    {
        foreach (var write in submission.Writes)
        {
            foreach (var entry in write.Entries)
            {
                var kept = checker.GroupOf(write.Group).Find(entry.Index.Value, entry.Term.Value)?.Entry ?? entry;
                Written[(write.Group, entry.Index.Value, entry.Term.Value)] =
                    Storage.Records.Crc32C.Compute(kept.Payload.Span);
            }

            var (index, term) = write.Entries.Count > 0 ? (write.Entries[^1].Index, write.Entries[^1].Term)
                : write.Snapshot is { } snapshot ? (snapshot.Index, snapshot.Term)
                : (LogIndex.Zero, Term.Zero);
            Notes.Add((Journal.Count, new ClusterNote(broker.Id, write.Group, index, term, write.HardState)));
        }
    }

    public void OnStep(SimulatedBroker broker)
    {
        foreach (var replica in broker.ReplicaList)
        {
            if (!replica.IsStopped && replica.Commit.Value > _committed.GetValueOrDefault(replica.Group))
            {
                _committed[replica.Group] = replica.Commit.Value;
                Notes.Add((
                    Journal.Count,
                    new ClusterNote(0, replica.Group, replica.Commit, replica.Log.TermAt(replica.Commit)!.Value, null)));
            }
        }
    }
}
