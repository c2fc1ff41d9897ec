using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Replication;

/// <summary>
/// A leader's view of all members of the active configuration, and what of the log their quorum holds. It follows the
/// configuration as it changes: who stays keeps its progress, whether as voter or as learner.
/// </summary>
internal sealed class ReplicationTracker : IAckedIndexes
{
    private readonly RaftOptions _options;
    private Progress[] _members = [];
    private Progress[] _departed = [];

    public ReplicationTracker(RaftOptions options, ReplicaId self, Configuration configuration)
    {
        _options = options;
        Self = new Progress(self, options);
        Apply(configuration, LogIndex.Zero);
    }

    public Configuration Configuration { get; private set; } = Configuration.Empty;

    /// <summary>All members, in rising order of their ids.</summary>
    public ReadOnlySpan<Progress> Members => _members;

    /// <summary>
    /// Who was a member before the active configuration, by the leader that appended it: fed no more, but still to be
    /// told that it is out.
    /// </summary>
    public ReadOnlySpan<Progress> Departed => _departed;

    /// <summary>
    /// The leader's own progress; its match is what its own disk holds. It is kept, though not among the members, while
    /// a leader commits the configuration that takes it out (thesis 4.2.2).
    /// </summary>
    public Progress Self { get; }

    /// <summary>The highest index that is durable at a majority; at both of them in a joint configuration.</summary>
    public LogIndex MajorityMatch => Configuration.Quorum.CommittedIndex(this);

    /// <summary>
    /// Tracks the members of a configuration. Those who are new are probed at the end of the leader's log: most likely
    /// they hold nothing, which their first answer tells.
    /// </summary>
    public void Apply(Configuration configuration, LogIndex lastIndex)
    {
        var members = new Progress[configuration.Members.Length];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = Keep(configuration.Members[i], lastIndex);
        }

        _departed = [.. _members.Where(member => member != Self && !configuration.Contains(member.Id))];
        _members = members;
        Configuration = configuration;
    }

    /// <summary>They have been told.</summary>
    public void ForgetDeparted() => _departed = [];

    public Progress? Find(ReplicaId id)
    {
        foreach (var member in _members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }

    public void Reset(LogIndex lastIndex)
    {
        ForgetDeparted();
        Self.Reset(lastIndex);
        foreach (var member in _members)
        {
            member.Reset(lastIndex);
        }
    }

    /// <summary>
    /// Counts the members that have answered since the last call, and starts a new count (thesis 6.2). The leader
    /// counts itself only while its own disk makes progress.
    /// </summary>
    public bool TakeQuorumActive(bool selfActive)
    {
        Self.IsRecentlyActive = selfActive;
        var won = Configuration.Quorum.Result(new Activity(this)) == VoteResult.Won;
        foreach (var member in _members)
        {
            member.IsRecentlyActive = false;
        }

        return won;
    }

    /// <summary>True when a quorum, the leader included, has answered a round of heartbeats or a later one.</summary>
    public bool HasAnswered(ulong round) => Configuration.Quorum.Result(new Answers(this, round)) == VoteResult.Won;

    /// <summary>True when a quorum, the leader included, has fallen quiet by a round or by a later one.</summary>
    public bool HasFallenQuiet(ulong round) => Configuration.Quorum.Result(new Sleepers(this, round)) == VoteResult.Won;

    public bool TryGetAcked(ReplicaId voter, out LogIndex index)
    {
        var member = Find(voter);
        index = member?.Match ?? LogIndex.Zero;
        return member is not null;
    }

    private Progress Keep(ReplicaId id, LogIndex lastIndex)
    {
        if (id == Self.Id)
        {
            return Self;
        }

        if (Find(id) is { } known)
        {
            return known;
        }

        var joined = new Progress(id, _options);
        joined.Join(lastIndex);
        return joined;
    }

    private readonly struct Answers(ReplicationTracker tracker, ulong round) : IVotes
    {
        public bool? VoteOf(ReplicaId voter)
            => voter == tracker.Self.Id || tracker.Find(voter)!.AnsweredRound >= round ? true : null;
    }

    private readonly struct Sleepers(ReplicationTracker tracker, ulong round) : IVotes
    {
        public bool? VoteOf(ReplicaId voter)
            => voter == tracker.Self.Id || tracker.Find(voter)!.QuietRound >= round ? true : null;
    }

    private readonly struct Activity(ReplicationTracker tracker) : IVotes
    {
        public bool? VoteOf(ReplicaId voter) => tracker.Find(voter)!.IsRecentlyActive;
    }
}
