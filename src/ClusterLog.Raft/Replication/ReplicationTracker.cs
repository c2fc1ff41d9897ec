using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Replication;

/// <summary>A leader's view of all members, itself included, and what of the log their majority holds.</summary>
internal sealed class ReplicationTracker : IAckedIndexes
{
    private readonly MajorityQuorum _quorum;
    private readonly Progress[] _members;
    private readonly Progress _self;

    public ReplicationTracker(RaftOptions options, ReplicaId self, MajorityQuorum quorum)
    {
        _quorum = quorum;
        _members = new Progress[quorum.Voters.Length];
        for (var i = 0; i < _members.Length; i++)
        {
            _members[i] = new Progress(quorum.Voters[i], options);
        }

        _self = Find(self)
            ?? throw new ArgumentException($"Replica {self} is not among the voters.", nameof(self));
    }

    /// <summary>All members, in rising order of their ids.</summary>
    public ReadOnlySpan<Progress> Members => _members;

    /// <summary>The leader's own progress; its match is what its own disk holds.</summary>
    public Progress Self => _self;

    /// <summary>The highest index that is durable at a majority.</summary>
    public LogIndex MajorityMatch => _quorum.CommittedIndex(this);

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
        _self.IsRecentlyActive = selfActive;
        var won = _quorum.Result(new Activity(this)) == VoteResult.Won;
        foreach (var member in _members)
        {
            member.IsRecentlyActive = false;
        }

        return won;
    }

    public bool TryGetAcked(ReplicaId voter, out LogIndex index)
    {
        var member = Find(voter);
        index = member?.Match ?? LogIndex.Zero;
        return member is not null;
    }

    private readonly struct Activity(ReplicationTracker tracker) : IVotes
    {
        public bool? VoteOf(ReplicaId voter) => tracker.Find(voter)!.IsRecentlyActive;
    }
}
