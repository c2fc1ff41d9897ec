namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>
/// What must hold at every step of every run, checked from outside the cores: one leader and one vote a term, log
/// matching, committed entries durable on a quorum and never changed, commit and term never falling, offsets dense,
/// the active configuration the latest of the log, and changes of it one at a time, nothing acknowledged before it is durable, snapshots and state machines equal at an index.
/// </summary>
internal sealed partial class Invariants
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<ulong, ReplicaId> _leaders = [];
    private readonly Dictionary<(ReplicaId Voter, ulong Term), ReplicaId> _votes = [];
    private readonly Dictionary<(ulong Index, ulong Term), (Term PreviousTerm, LogEntry Entry)> _entries = [];
    private readonly Dictionary<ReplicaId, (Term Term, LogIndex Commit)> _seen = [];
    private readonly List<LogEntry> _committed = [];
    private readonly List<ulong> _states = [];

    public Invariants(SimulatedCluster cluster) => _cluster = cluster;

    /// <summary>All that was ever committed, in order, from the log's first index on.</summary>
    public IReadOnlyList<LogEntry> Committed => _committed;

    public bool IsCommitted(LogEntry entry)
        => PositionOf(entry.Index) < _committed.Count && _committed[PositionOf(entry.Index)] == entry;

    /// <summary>How many snapshots were taken over.</summary>
    public int Installs { get; private set; }

    /// <summary>How many reads were answered.</summary>
    public int Reads { get; private set; }

    public void Started(SimulatedReplica replica) => _seen[replica.Id] = (replica.Core.Term, replica.Core.Commit);

    /// <summary>By induction this is log matching: an index and a term name one entry and the one before it.</summary>
    public void Appended(ReplicaId replica, Term previousTerm, LogEntry entry)
    {
        var key = (entry.Index.Value, entry.Term.Value);
        if (!_entries.TryAdd(key, (previousTerm, entry)))
        {
            var (term, known) = _entries[key];
            Assert.True(
                term == previousTerm && known == entry,
                $"Replica {replica} appended {entry} after term {previousTerm}, but it was {known} after {term}.");
        }
    }

    /// <summary>Votes, given and asked for, leave only when they are on disk, whatever way they take.</summary>
    public void Sent(SimulatedReplica replica, RaftMessage message)
    {
        if (message is VoteResponse { Granted: true } vote)
        {
            Voted(replica, vote.Term, vote.To);
        }
        else if (message is VoteRequest request)
        {
            Voted(replica, request.Term, replica.Id);
        }
    }

    /// <summary>An acceptance leaves only when all that it speaks of is on disk.</summary>
    public static void Released(SimulatedReplica replica, DurableToken token, RaftMessage message)
    {
        if (message is AppendResponse { Rejected: false } response && response.Term == token.Term)
        {
            Assert.True(
                replica.Disk.DurableLog.LastIndex >= response.Index,
                $"Replica {replica.Id} acknowledges {response.Index}, but its disk ends at {replica.Disk.DurableLog.LastIndex}.");
        }
    }

    /// <summary>A snapshot is of what was committed, and says what the machine says that applied it all.</summary>
    public void Restored(SimulatedReplica replica, RaftSnapshot snapshot)
    {
        Installs++;
        var position = PositionOf(snapshot.Index);
        Assert.True(position < _committed.Count, $"Replica {replica.Id} takes over a snapshot of {snapshot.Index}, not committed.");
        Assert.Equal(
            (_committed[position].Term, _committed[position].NextOffset, _states[position]),
            (snapshot.Term, snapshot.NextOffset, SimulatedMachine.StateOf(snapshot)));
    }

    /// <summary>A read sees all that was committed when it was asked for, and nothing that is not committed.</summary>
    public void ReadAnswered(SimulatedReplica replica, ReadAnswer answer, int committedAtRequest)
    {
        Reads++;
        var seen = PositionOf(answer.Index) + 1;
        Assert.True(
            seen >= committedAtRequest && seen <= _committed.Count,
            $"Replica {replica.Id} answers a read by index {answer.Index}: {seen} entries, where {committedAtRequest} were "
            + $"committed before it was asked for and {_committed.Count} are now.");
    }

    /// <summary>Checks the states of all replicas; called after every step.</summary>
    public void Check()
    {
        foreach (var replica in _cluster.Replicas)
        {
            if (replica.IsUp)
            {
                CheckReplica(replica);
            }
        }
    }

    /// <summary>Checks the logs from end to end; called at the end of a run.</summary>
    public void CheckLogs()
    {
        foreach (var replica in _cluster.Replicas)
        {
            long? offset = null;
            foreach (var entry in replica.Log.Entries)
            {
                Assert.Equal(offset ?? entry.BaseOffset, entry.BaseOffset);
                offset = entry.NextOffset;
            }
        }

        CheckElectable();
    }

    private void Voted(SimulatedReplica replica, Term term, ReplicaId candidate)
    {
        var state = replica.Disk.DurableState;
        Assert.True(
            state.Term > term || (state.Term == term && state.Vote == candidate),
            $"Replica {replica.Id} votes for {candidate} in term {term}, but its disk says {state}.");
        if (!_votes.TryAdd((replica.Id, term.Value), candidate))
        {
            Assert.True(
                _votes[(replica.Id, term.Value)] == candidate,
                $"Replica {replica.Id} votes for {candidate} in term {term} after {_votes[(replica.Id, term.Value)]}.");
        }
    }

    private void CheckReplica(SimulatedReplica replica)
    {
        var core = replica.Core;
        var (term, commit) = _seen[replica.Id];
        Assert.True(core.Term >= term, $"Replica {replica.Id} fell from term {term} to {core.Term}.");
        Assert.True(core.Commit >= commit, $"Replica {replica.Id} fell from commit {commit} to {core.Commit}.");
        Assert.True(core.Commit <= replica.Log.LastIndex, $"Replica {replica.Id} commits {core.Commit} beyond its log.");
        _seen[replica.Id] = (core.Term, core.Commit);
        if (core.Role == RaftRole.Leader && !_leaders.TryAdd(core.Term.Value, replica.Id))
        {
            Assert.True(
                _leaders[core.Term.Value] == replica.Id,
                $"Replicas {_leaders[core.Term.Value]} and {replica.Id} both lead term {core.Term}.");
        }

        CheckConfiguration(replica);
        CheckCommitted(replica, commit);
        var applied = PositionOf(replica.Machine.Applied);
        Assert.True(
            applied < 0 || _states[applied] == replica.Machine.State,
            $"Replica {replica.Id} has applied up to {replica.Machine.Applied} and differs there from the others.");
    }

    private int PositionOf(LogIndex index) => (int)((long)index.Value - (long)_cluster.FirstIndex.Value);

    private void CheckCommitted(SimulatedReplica replica, LogIndex from)
    {
        for (var index = LogIndex.Max(from.Next, _cluster.FirstIndex); index <= replica.Core.Commit; index = index.Next)
        {
            var position = PositionOf(index);
            if (index < replica.Log.FirstIndex)
            {
                Assert.True(position < _committed.Count, $"Replica {replica.Id} begins after {index}, never committed.");
                continue;
            }

            var entry = replica.Log[index.Value];
            if (position < _committed.Count)
            {
                Assert.True(
                    _committed[position] == entry,
                    $"Replica {replica.Id} commits {entry}, but {_committed[position]} was committed.");
                continue;
            }

            Assert.Equal(position, _committed.Count);
            _committed.Add(entry);
            NoteCommitted(entry);
            _states.Add(SimulatedMachine.Next(_states.Count == 0 ? 0 : _states[^1], entry));
            CheckDurableOnQuorum(entry, replica.Core.Configuration);
        }
    }
}
