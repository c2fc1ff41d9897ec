namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>
    /// Answers one peer of <see cref="RaftOutput.SnapshotsWanted"/>. The snapshot must be of this replica's own committed
    /// state, at <c>FirstIndex - 1 .. Commit</c>, so that the log goes on after it. Null means that there is none now: it
    /// is asked for again at a later tick, if it is still needed. An answer that nobody waits for any more is dropped.
    /// </summary>
    public void SnapshotReady(ReplicaId peer, RaftSnapshot? snapshot)
        => throw new NotSupportedException($"Snapshot {snapshot?.Index} for {peer}: nobody is asked for one yet.");
}
