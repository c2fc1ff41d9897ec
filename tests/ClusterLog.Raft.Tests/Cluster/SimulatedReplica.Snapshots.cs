namespace ClusterLog.Raft.Tests.Cluster;

/// <content>The state machine, and the snapshots made of it.</content>
internal sealed partial class SimulatedReplica
{
    private readonly Queue<ReplicaId> _snapshotsWanted = new();

    public SimulatedMachine Machine { get; private set; } = null!;

    public int WaitingSnapshots => _snapshotsWanted.Count;

    /// <summary>
    /// Trims the log up to an index, or to the last one that is both applied and durable before it. Returns false when
    /// there is nothing to trim.
    /// </summary>
    public bool Trim(LogIndex upTo)
    {
        var index = LogIndex.Min(upTo, LogIndex.Min(Machine.Applied, Disk.DurableLog.LastIndex));
        if (index < Log.FirstIndex || index < Disk.DurableLog.FirstIndex || Disk.DurableLog.TermAt(index) != Log.TermAt(index))
        {
            return false;
        }

        Disk.Trim(Machine.Capture(Log, index));
        Log.Compact(index);
        return true;
    }

    /// <summary>
    /// Answers the oldest request for a snapshot: with the one that the log begins with or, as of the commit index, with
    /// the newest.
    /// </summary>
    public void CompleteSnapshot(bool succeeds, bool newest = false)
    {
        if (_snapshotsWanted.TryDequeue(out var peer))
        {
            var index = newest ? Machine.Applied : Log.FirstIndex.Previous;
            Core.SnapshotReady(peer, succeeds ? SnapshotAt(index) : null);
        }
    }

    /// <summary>The machine's state as of an index between the log's beginning and what was applied.</summary>
    public RaftSnapshot SnapshotAt(LogIndex index)
        => Disk.Base is { } start && start.Index == index ? start : Machine.Capture(Log, index);

    private void Apply(RaftOutput output)
    {
        if (output.Snapshot is { } snapshot)
        {
            Machine.Restore(snapshot.Index, SimulatedMachine.StateOf(snapshot));
            _cluster.Invariants.Restored(this, snapshot);
        }

        while (Machine.Applied < output.Commit)
        {
            Machine.Apply(Log[Machine.Applied.Next.Value]);
        }
    }
}
