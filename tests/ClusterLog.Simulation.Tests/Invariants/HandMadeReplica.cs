using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Tests.Invariants;

/// <summary>One of three replicas of a group whose every state a test sets by hand.</summary>
internal sealed class HandMadeReplica : IReplicaView
{
    private static readonly Configuration Three = Configuration.Of(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3));

    private readonly InvariantChecker _checker;
    private ulong _sequence;

    public HandMadeReplica(InvariantChecker checker, int id)
    {
        (_checker, Id) = (checker, new ReplicaId(id));
        checker.Started(this);
    }

    public GroupId Group => new(7);

    public ReplicaId Id { get; }

    public RaftRole Role { get; private set; } = RaftRole.Follower;

    public Term Term { get; private set; }

    public LogIndex Commit { get; private set; }

    public LogIndex Applied { get; private set; }

    IRaftLog IReplicaView.Log => Log;

    public HandMadeLog Log { get; private set; } = new();

    public HardState RecoveredState { get; private set; }

    public HardState Disk { get; private set; }

    public Configuration Configuration { get; private set; } = Three;

    public LogIndex ConfigurationIndex { get; private set; }

    public ulong State { get; set; }

    public ulong StateDigest() => State;

    public ulong FullStateDigest() => State;

    /// <summary>Enters a term, writes that with a vote, and, as leader, says so.</summary>
    public void Enter(ulong term, int vote = 0, bool leads = false)
    {
        (Term, Role) = (new Term(term), leads ? RaftRole.Leader : RaftRole.Follower);
        WriteState(new HardState(Term, new ReplicaId(vote), 0, Commit));
        _checker.AfterTurn(this);
    }

    public void WriteState(HardState state, bool isSynced = true)
    {
        Disk = state;
        Durable(state, [], isSynced);
    }

    public void Append(params LogEntry[] entries)
    {
        Log.Append(entries);
        _checker.AfterTurn(this);
    }

    /// <summary>Appends entries, and has them on the disk.</summary>
    public void AppendAndWrite(params LogEntry[] entries)
    {
        Append(entries);
        Durable(null, entries, isSynced: true);
    }

    public void Truncate(ulong first)
    {
        Log.TruncateSuffix(new LogIndex(first));
        _checker.AfterTurn(this);
    }

    public void CommitTo(ulong index)
    {
        Commit = new LogIndex(index);
        _checker.AfterTurn(this);
    }

    public void ApplyTo(ulong index, ulong state)
    {
        (Applied, State) = (new LogIndex(index), state);
        _checker.AfterTurn(this);
    }

    public void Fall(ulong term)
    {
        Term = new Term(term);
        _checker.AfterTurn(this);
    }

    /// <summary>Writes a snapshot in place of the log.</summary>
    public void Install(RaftSnapshot snapshot)
    {
        var token = new DurableToken(Term, snapshot.Index, snapshot.Term, ++_sequence);
        _checker.Durable(Id, new GroupWrite(Group, null, [], token, null, snapshot), isSynced: true);
    }

    /// <summary>Goes by other members; null for the founders.</summary>
    public void Configure(Configuration? configuration, LogIndex index) =>
        (Configuration, ConfigurationIndex) = (configuration ?? Three, index);

    public void Restart(HardState found, params LogEntry[] log)
    {
        Log = new HandMadeLog();
        Log.Append(log);
        (RecoveredState, Role, Term, Commit, Applied) = (found, RaftRole.Follower, found.Term, LogIndex.Zero, LogIndex.Zero);
        _checker.Started(this);
    }

    public void Send(RaftMessage message) => _checker.Sent(Group, message);

    public static LogEntry Entry(ulong index, ulong term, long offset = 0, byte content = 0) =>
        new(new LogIndex(index), new Term(term), EntryKind.Command, offset, 0, 0, new[] { content });

    public static LogEntry Data(ulong index, ulong term, long offset, byte[] batch)
    {
        RecordBatchHeader.TryRead(batch, out var header);
        return new(new LogIndex(index), new Term(term), EntryKind.Data, offset, header.RecordCount, 0, batch);
    }

    private void Durable(HardState? state, IReadOnlyList<LogEntry> entries, bool isSynced)
    {
        var token = new DurableToken(Term, Log.LastIndex, Log.LastTerm, ++_sequence);
        _checker.Durable(Id, new GroupWrite(Group, state, entries, token, null), isSynced);
    }
}
