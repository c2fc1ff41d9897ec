using ClusterLog.Raft.Elections;
using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

/// <summary>
/// One replica of one Raft group (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", cited
/// as "paper"; Ongaro, "Consensus: Bridging Theory and Practice", cited as "thesis"). A deterministic state machine:
/// inputs come in as calls, what is to be done goes out by <see cref="TakeOutput"/>. It does no I/O, reads no clock and
/// owns no thread; the same inputs and the same random seed give the same outputs. One thread at a time may use it.
/// </summary>
/// <remarks>
/// Storage is asynchronous. Entries go into the log's in-memory view at once and to the disk by
/// <see cref="RaftOutput.Entries"/>; what depends on their durability (responses, a candidate's vote requests, the
/// leader's own match) waits for the token. The parts: Inputs, Elections, Replication (the leader's side), Follower,
/// Membership, Output.
/// </remarks>
internal sealed partial class RaftCore
{
    private readonly RaftOptions _options;
    private readonly ReplicaId _self;
    private readonly Configuration _founding;
    private readonly IRaftLog _log;
    private readonly Random _random;
    private readonly VoteTally _votes;
    private readonly ReplicationTracker _tracker;
    private readonly UncommittedBytes _uncommitted;

    private ReplicaId _vote;
    private ReplicaId _transferee;
    private int _electionElapsed;
    private int _heartbeatElapsed;
    private int _electionTimeout;

    /// <summary>Starts a replica of a group founded with the given voters.</summary>
    public RaftCore(
        RaftOptions options,
        ReplicaId self,
        IReadOnlyList<ReplicaId> voters,
        IRaftLog log,
        HardState hardState,
        LogIndex applied,
        Random random)
        : this(options, self, Configuration.Of(voters), log, hardState, applied, random)
    {
    }

    /// <summary>Starts a replica as a follower from what its disk holds.</summary>
    /// <param name="options">The same for every replica of the group.</param>
    /// <param name="self">This replica; not necessarily a member, now or ever.</param>
    /// <param name="founding">The members that the group was founded with: in force until the log says otherwise.</param>
    /// <param name="log">The log, all of which is durable at this moment.</param>
    /// <param name="hardState">What was last written; its commit is a hint and is clamped to the log's end.</param>
    /// <param name="applied">How far the state machine has come; all of it is known to be committed.</param>
    /// <param name="random">Draws election timeouts; seeded by the driver.</param>
    /// <exception cref="RaftInvariantException">What the disk holds does not fit together, or is another replica's.</exception>
    public RaftCore(
        RaftOptions options,
        ReplicaId self,
        Configuration founding,
        IRaftLog log,
        HardState hardState,
        LogIndex applied,
        Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HeartbeatTicks, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ElectionTicks, options.HeartbeatTicks, nameof(options));
        _options = options;
        _self = self;
        _founding = founding;
        _log = log;
        _random = random;
        _votes = new VoteTally();
        _tracker = new ReplicationTracker(options, self, Configuration.Empty);
        _uncommitted = new UncommittedBytes(options.UncommittedBytesMax);
        Term = hardState.Term;
        _vote = hardState.Vote;
        if (applied > log.LastIndex)
        {
            throw new RaftInvariantException(
                $"Replica {self} has applied up to {applied}, but its log ends at {log.LastIndex}.");
        }

        if (log.LastTerm > Term)
        {
            throw new RaftInvariantException(
                $"Replica {self} has a log of term {log.LastTerm}, but its hard state is of term {Term}.");
        }

        if (hardState.Incarnation != self.Incarnation && hardState != default)
        {
            throw new RaftInvariantException(
                $"Replica {self} was given the hard state of incarnation {hardState.Incarnation}: {hardState}.");
        }

        // What was compacted or applied was committed, whatever the hint says.
        Commit = LogIndex.Max(LogIndex.Min(hardState.Commit, log.LastIndex), LogIndex.Max(applied, log.FirstIndex.Previous));
        RefreshConfiguration();
        RequireConfiguration(hardState.ConfigurationIndex);
        DrawElectionTimeout(heedsPriorities: true);
        RememberWritten();
    }

    /// <summary>The replica's role.</summary>
    public RaftRole Role { get; private set; }

    /// <summary>The current term.</summary>
    public Term Term { get; private set; }

    /// <summary>The leader of the current term, or none while it is not known.</summary>
    public ReplicaId Leader { get; private set; }

    /// <summary>The last index known to be committed. It never falls while the replica runs.</summary>
    public LogIndex Commit { get; private set; }

    /// <summary>The index of the barrier with which this leader opened its term; zero when it does not lead.</summary>
    public LogIndex TermStartIndex { get; private set; }

    /// <summary>
    /// True for a leader that has committed an entry of its own term: it then knows all that was ever committed
    /// (thesis 6.4), and may serve reads.
    /// </summary>
    public bool IsReady => Role == RaftRole.Leader && Commit >= TermStartIndex;

    /// <summary>The replica that leadership is being handed to; none outside a transfer.</summary>
    public ReplicaId TransferTarget => _transferee;

    /// <summary>The replica that leadership was last handed to by this one, whatever became of it.</summary>
    public ReplicaId LastTransferTarget { get; private set; }

    /// <summary>Bytes proposed in this leader's term that are not yet committed.</summary>
    public long UncommittedBytes => _uncommitted.Total;

    /// <summary>Messages dropped because they cannot be right: a stranger's, or an append that breaks the sequence.</summary>
    public long RefusedMessages { get; private set; }

    /// <summary>What the disk must hold of this replica's state, with the commit as of now.</summary>
    public HardState PendingHardState => new(Term, _vote, _self.Incarnation, Commit, ConfigurationIndex);

    /// <summary>The leader's view of a member; of no meaning in another role.</summary>
    public FollowerProgress Progress(ReplicaId replica)
    {
        var member = _tracker.Find(replica)
            ?? throw new ArgumentException($"Replica {replica} is not among the members.", nameof(replica));
        var state = member.PendingSnapshot != LogIndex.Zero ? FollowerState.Snapshot
            : member.NeedsSnapshot ? FollowerState.NeedsSnapshot
            : member.Loading is not null ? FollowerState.Loading
            : member.IsReplicating ? FollowerState.Replicate
            : FollowerState.Probe;
        return new FollowerProgress(
            replica,
            member.Match,
            member.Next,
            state,
            member.IsPaused,
            member.Inflights.Count,
            member.Inflights.Bytes,
            member.Inflights.IsFull,
            member.IsRecentlyActive,
            member.PendingSnapshot);
    }

    private void CommitTo(LogIndex index)
    {
        if (index <= Commit)
        {
            return;
        }

        if (index > _log.LastIndex)
        {
            throw Violation($"The commit index {index} lies beyond the log: entries acknowledged here are lost");
        }

        Commit = index;
        _uncommitted.Committed(index);
        _flushDue = true;
    }

    private RaftInvariantException Violation(string what)
        => new($"{what}. Replica {_self}, {Role} in term {Term}, leader {Leader}, commit {Commit}, "
            + $"log {_log.FirstIndex}..{_log.LastIndex} with last term {_log.LastTerm}.");
}
