namespace ClusterLog.Raft.Quorum;

/// <summary>
/// A set of voters of which any majority decides. Immutable; its functions are pure. The empty set agrees to
/// everything, so that a joint quorum with one empty half behaves like the other half.
/// </summary>
internal sealed class MajorityQuorum
{
    /// <summary>What the empty set has committed.</summary>
    public static readonly LogIndex Everything = new(ulong.MaxValue);

    private const int StackVotersMax = 16;

    private readonly ReplicaId[] _voters;

    /// <summary>Takes the voters, in any order.</summary>
    /// <exception cref="ArgumentException">A voter is named twice, or is nobody.</exception>
    public MajorityQuorum(IEnumerable<ReplicaId> voters)
    {
        _voters = [.. voters];
        Array.Sort(_voters);
        for (var i = 0; i < _voters.Length; i++)
        {
            if (_voters[i].IsNone || (i > 0 && _voters[i] == _voters[i - 1]))
            {
                throw new ArgumentException($"Voter {_voters[i]} is nobody or named twice.", nameof(voters));
            }
        }
    }

    /// <summary>The voters, in rising order.</summary>
    public ReadOnlySpan<ReplicaId> Voters => _voters;

    public bool Contains(ReplicaId replica) => Array.BinarySearch(_voters, replica) >= 0;

    /// <summary>The highest index that a majority has acknowledged (paper 5.3, thesis 3.6).</summary>
    public LogIndex CommittedIndex<TAcked>(TAcked acked)
        where TAcked : IAckedIndexes
    {
        if (_voters.Length == 0)
        {
            return Everything;
        }

        // A voter of whom nothing is known counts as zero.
        Span<LogIndex> indexes = _voters.Length <= StackVotersMax
            ? stackalloc LogIndex[_voters.Length]
            : new LogIndex[_voters.Length];
        for (var i = 0; i < _voters.Length; i++)
        {
            indexes[i] = acked.TryGetAcked(_voters[i], out var index) ? index : LogIndex.Zero;
        }

        indexes.Sort();

        // In rising order the voters from position (n - 1) / 2 on are a majority, and all of them reach that index.
        return indexes[(_voters.Length - 1) / 2];
    }

    /// <summary>Where a vote stands.</summary>
    public VoteResult Result<TVotes>(TVotes votes)
        where TVotes : IVotes
    {
        var granted = 0;
        var missing = 0;
        foreach (var voter in _voters)
        {
            switch (votes.VoteOf(voter))
            {
                case true:
                    granted++;
                    break;
                case null:
                    missing++;
                    break;
                default:
                    break;
            }
        }

        var majority = _voters.Length == 0 ? 0 : (_voters.Length / 2) + 1;
        if (granted >= majority)
        {
            return VoteResult.Won;
        }

        return granted + missing >= majority ? VoteResult.Pending : VoteResult.Lost;
    }
}
