using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Invariants;

/// <content>What lies on the disks, what they promised, and what leaves on the strength of it.</content>
internal sealed partial class InvariantChecker
{
    /// <summary>Storage says that a write is on the disk. Called before the replica hears of it, in storage's order.</summary>
    /// <param name="id">Whose write it is.</param>
    /// <param name="write">The write.</param>
    /// <param name="isSynced">Whether the disk itself says that nothing written to the WAL is left unsynced.</param>
    public void Durable(ReplicaId id, in GroupWrite write, bool isSynced)
    {
        var record = RecordOf(write.Group, id);
        if (!isSynced)
        {
            throw Violation(
                Invariant.DurableIsSynced,
                $"{record} is told that write {write.Token} is durable, and bytes of the WAL are not yet synced");
        }

        var disk = record.Disk;
        if (write.Snapshot is { } snapshot)
        {
            CheckSnapshot(record, snapshot);
            disk.Reset(snapshot.Index.Value, snapshot.Term.Value);
        }

        if (write.HardState is { } state)
        {
            CheckHardState(record, state);
            record.DiskState = state;
        }

        for (var i = 0; i < write.Entries.Count; i++)
        {
            var entry = write.Entries[i];
            if (i == 0)
            {
                disk.TruncateAfter(entry.Index.Value - 1);
            }

            if (entry.Index.Value != disk.Last + 1)
            {
                throw Violation(
                    Invariant.DurableStaysDurable, $"{record} writes entry {entry.Index} where its disk ends at {disk.Last}");
            }

            disk.Add(entry.Term.Value);
        }

        record.Reach(write.Token.Term.Value, disk.Last);
        Promise(record);
    }

    /// <summary>A message leaves: what it says of its sender's disk must be true.</summary>
    public void Sent(GroupId group, RaftMessage message)
    {
        var record = RecordOf(group, message.From);
        switch (message)
        {
            case AppendResponse response:
                CheckTermOnDisk(record, message);
                CheckAcknowledged(record, response);
                break;
            case VoteResponse { Granted: true } response:
                CheckVoteOnDisk(record, message, response.To);
                break;
            case VoteRequest:
                CheckVoteOnDisk(record, message, record.Id);
                break;
            case AppendRequest or HeartbeatRequest or TimeoutNowRequest:
                CheckTermOnDisk(record, message);
                CheckLeads(record, message);
                break;
            case VoteResponse:
                CheckTermOnDisk(record, message);
                break;
            default:
                break;
        }
    }

    /// <summary>A snapshot takes the place of a log: it must be what all replicas have at its index.</summary>
    private static void CheckSnapshot(ReplicaRecord record, RaftSnapshot snapshot)
    {
        var (group, index) = (record.Group, snapshot.Index.Value);
        if (index == 0)
        {
            return;
        }

        if (index > group.Committed
            || group.CommittedAt(index).Entry.Term != snapshot.Term
            || group.CommittedAt(index).Entry.NextOffset != snapshot.NextOffset)
        {
            throw Violation(
                Invariant.CommittedNeverChanges,
                $"{record} installs a snapshot of entry {index}/{snapshot.Term} with next offset {snapshot.NextOffset}; committed "
                + $"there is {(index > group.Committed ? "nothing" : Show(group.CommittedAt(index).Entry))}");
        }

        CheckState(record, index, Crc32C.Compute(snapshot.State.Span) | 1, isFull: true);
    }

    /// <summary>What a restart finds, against what was promised before the crash.</summary>
    private static void CheckRecovered(ReplicaRecord record, IReplicaView view)
    {
        var (before, now) = (record.DiskState, view.RecoveredState);
        if (now.Term < before.Term || (now.Term == before.Term && !before.Vote.IsNone && now.Vote != before.Vote))
        {
            throw Violation(
                now.Term < before.Term ? Invariant.TermNeverFalls : Invariant.OneVotePerTerm,
                $"{record} had {before} on its disk, and restarts with {now}");
        }

        var promised = record.Promised;
        var start = view.Log.FirstIndex.Previous.Value;
        if (promised > start && view.Log.TermAt(new LogIndex(promised))?.Value != record.Log.At(promised))
        {
            throw Violation(
                Invariant.DurableStaysDurable,
                $"{record} had its log on its disk up to entry {promised} of term {record.Log.At(promised)}, and restarts "
                + $"with {view.Log.FirstIndex}..{view.Log.LastIndex}, there term {view.Log.TermAt(new LogIndex(promised))}");
        }
    }

    private static void Recover(ReplicaRecord record, IReplicaView view)
    {
        record.HasLived = true;
        record.Disk.CopyFrom(view.Log);
        record.Log.CopyFrom(view.Log);
        CheckHardState(record, view.RecoveredState);
        record.DiskState = view.RecoveredState;
        record.Promised = record.Disk.Last;
        record.Term = view.RecoveredState.Term.Value;
        record.Commit = 0;
        record.Applied = 0;
        record.Led = 0;
        record.Configuration = null;
        record.Reach(record.Term, record.Disk.Last);
    }

    private static void CheckHardState(ReplicaRecord record, HardState state)
    {
        if (state.Term < record.DiskState.Term)
        {
            throw Violation(
                Invariant.TermNeverFalls, $"{record} writes {state} over {record.DiskState}");
        }

        if (state.Vote.IsNone)
        {
            if (state.Term == record.DiskState.Term && !record.DiskState.Vote.IsNone)
            {
                throw Violation(
                    Invariant.OneVotePerTerm, $"{record} takes back its vote: it writes {state} over {record.DiskState}");
            }

            return;
        }

        var earlier = record.VoteIn(state.Term.Value);
        if (earlier.IsNone)
        {
            record.AddVote(state.Term.Value, state.Vote);
        }
        else if (earlier != state.Vote)
        {
            throw Violation(
                Invariant.OneVotePerTerm, $"{record} votes for {state.Vote} in term {state.Term} after {earlier}");
        }
    }

    /// <summary>The disk's log, as far as it is the one in memory, must be found again.</summary>
    private static void Promise(ReplicaRecord record)
    {
        var common = Math.Min(record.Disk.Last, record.Log.Last);
        if (common > record.Promised && record.Disk.At(common) == record.Log.At(common))
        {
            record.Promised = common;
        }
    }

    private static void CheckAcknowledged(ReplicaRecord record, AppendResponse response)
    {
        if (response.Rejected || record.DiskState.Term > response.Term)
        {
            // A later term that is on the disk too may have replaced the entries before they were written. The
            // acknowledgement does no harm then: whoever was elected in that term has them, or did not need this replica.
            return;
        }

        if (!(record.ReachIn(response.Term.Value) >= response.Index.Value))
        {
            throw Violation(
                Invariant.SentAfterDurable,
                $"{record} acknowledges {response.Index} in term {response.Term}, and its disk reached "
                + $"{record.ReachIn(response.Term.Value)} in that term");
        }
    }

    private static void CheckVoteOnDisk(ReplicaRecord record, RaftMessage message, ReplicaId candidate)
    {
        var known = record.VoteIn(message.Term.Value);
        if (known.IsNone && record.DiskState.Term > message.Term)
        {
            // The disk knows a later term, so there can be no other vote in this one; but two may have been told of it.
            record.AddVote(message.Term.Value, candidate);
        }
        else if (known != candidate)
        {
            throw Violation(
                Invariant.SentAfterDurable,
                $"{record} sends {message}, and its disk knows of no such vote: {record.DiskState}");
        }
    }

    private static void CheckLeads(ReplicaRecord record, RaftMessage message)
    {
        if (record.Group.Leaders.TryGetValue(message.Term.Value, out var leader) && leader != record.Id)
        {
            throw Violation(
                Invariant.OneLeaderPerTerm,
                $"{record} sends {message.GetType().Name} of term {message.Term}, which replica {leader} leads, or led");
        }
    }

    private static void CheckTermOnDisk(ReplicaRecord record, RaftMessage message)
    {
        if (record.DiskState.Term < message.Term)
        {
            throw Violation(
                Invariant.SentAfterDurable, $"{record} sends {message.GetType().Name} of term {message.Term}, and its disk has {record.DiskState}");
        }
    }
}
