using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Elections;

/// <summary>
/// The answers to one campaign. The first answer of a voter stands; later ones of the same campaign are duplicates.
/// </summary>
internal sealed class VoteTally : IVotes
{
    private readonly MajorityQuorum _quorum;
    private readonly bool?[] _votes;

    public VoteTally(MajorityQuorum quorum)
    {
        _quorum = quorum;
        _votes = new bool?[quorum.Voters.Length];
    }

    public VoteResult Result => _quorum.Result(this);

    public void Clear() => Array.Clear(_votes);

    /// <summary>Notes an answer; those of nobody's voters are ignored.</summary>
    public void Record(ReplicaId voter, bool granted)
    {
        var position = _quorum.Voters.BinarySearch(voter);
        if (position >= 0)
        {
            _votes[position] ??= granted;
        }
    }

    public bool? VoteOf(ReplicaId voter)
    {
        var position = _quorum.Voters.BinarySearch(voter);
        return position < 0 ? null : _votes[position];
    }
}
