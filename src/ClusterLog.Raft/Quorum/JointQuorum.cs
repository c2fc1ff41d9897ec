namespace ClusterLog.Raft.Quorum;

/// <summary>
/// Two sets of voters of which both must agree: what decides while the membership changes (thesis 4.3). With an empty
/// outgoing half it is the incoming majority. Immutable; its functions are pure.
/// </summary>
internal sealed class JointQuorum
{
    public JointQuorum(MajorityQuorum incoming, MajorityQuorum outgoing)
    {
        Incoming = incoming;
        Outgoing = outgoing;
    }

    /// <summary>The membership that will hold after the change, or that holds outside one.</summary>
    public MajorityQuorum Incoming { get; }

    /// <summary>The membership before the change; empty outside one.</summary>
    public MajorityQuorum Outgoing { get; }

    /// <summary>The highest index that a majority of each half has acknowledged.</summary>
    public LogIndex CommittedIndex<TAcked>(TAcked acked)
        where TAcked : IAckedIndexes
        => LogIndex.Min(Incoming.CommittedIndex(acked), Outgoing.CommittedIndex(acked));

    /// <summary>Won when both halves say yes, lost as soon as one says no.</summary>
    public VoteResult Result<TVotes>(TVotes votes)
        where TVotes : IVotes
    {
        var incoming = Incoming.Result(votes);
        var outgoing = Outgoing.Result(votes);
        if (incoming == outgoing)
        {
            return incoming;
        }

        return incoming == VoteResult.Lost || outgoing == VoteResult.Lost ? VoteResult.Lost : VoteResult.Pending;
    }
}
