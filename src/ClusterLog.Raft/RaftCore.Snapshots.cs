using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    // How much was committed before the snapshot of the pending output: all that a torn write may leave of it.
    private LogIndex _commitBeforeSnapshot;

    /// <summary>
    /// Answers one peer of <see cref="RaftOutput.SnapshotsWanted"/>. The snapshot must be of this replica's own committed
    /// state, at <c>FirstIndex - 1 .. Commit</c>, so that the log goes on after it. Null means that there is none now: it
    /// is asked for again at a later tick, if it is still needed. An answer that nobody waits for any more is dropped.
    /// </summary>
    /// <exception cref="RaftInvariantException">The snapshot is not of this log's committed part.</exception>
    public void SnapshotReady(ReplicaId peer, RaftSnapshot? snapshot)
    {
        if (Role != RaftRole.Leader || _tracker.Find(peer) is not { IsSnapshotAsked: true } member)
        {
            return;
        }

        member.IsSnapshotAsked = false;
        _flushDue = true;
        if (!member.NeedsSnapshot)
        {
            return;
        }

        // The log may have been trimmed beyond what was read: then another one must be found.
        if (snapshot is null || snapshot.Index < _log.FirstIndex.Previous)
        {
            member.IsSnapshotDeferred = true;
            return;
        }

        if (snapshot.Index > Commit || _log.TermAt(snapshot.Index) != snapshot.Term)
        {
            throw Violation($"The snapshot at {snapshot.Index} of term {snapshot.Term} is not of what is committed here");
        }

        Output.Messages.Add(new InstallSnapshotRequest(_self, member.Id, Term, snapshot));
        member.SentSnapshot(snapshot.Index);
    }

    /// <summary>Asks for a snapshot for a member that is alive; a dead one could do nothing with it.</summary>
    private void WantSnapshot(Progress member)
    {
        member.NeedsSnapshot = true;
        if (member.IsRecentlyActive && !member.IsSnapshotAsked && !member.IsSnapshotDeferred)
        {
            member.IsSnapshotAsked = true;
            Output.AddSnapshotWanted(member.Id);
        }
    }

    private void HandleInstall(InstallSnapshotRequest request)
    {
        var snapshot = request.Snapshot;
        if (snapshot.Index <= Commit)
        {
            // Late or repeated. What is committed here the leader holds too (leader completeness, paper 5.4.3).
            Accept(request.From, Commit);
            return;
        }

        if (snapshot.Term > request.Term || snapshot.NextOffset < 0)
        {
            RefusedMessages++;
            return;
        }

        // An entry of that index and term follows the same log (log matching): nothing is to be thrown away, and what
        // follows it here may be all that makes a majority.
        if (_log.TermAt(snapshot.Index) != snapshot.Term)
        {
            Install(snapshot);
        }

        CommitTo(snapshot.Index);
        Accept(request.From, snapshot.Index);
    }

    private void Install(RaftSnapshot snapshot)
    {
        if (Output.Snapshot is null)
        {
            _commitBeforeSnapshot = Commit;
        }

        // Whatever was appended in this turn and not yet handed to the disk is replaced too.
        _log.Reset(snapshot);
        Output.Entries.Clear();
        Output.Snapshot = snapshot;
        RefreshConfiguration();
    }
}
