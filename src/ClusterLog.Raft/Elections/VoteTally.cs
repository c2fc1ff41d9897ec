using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Elections;

/// <summary>
/// The answers to one campaign. The first answer of a voter stands; later ones of the same campaign are duplicates.
/// </summary>
internal sealed class VoteTally : IVotes
{
    private Configuration _configuration = Configuration.Empty;
    private bool?[] _votes = [];

    public VoteResult Result => _configuration.Quorum.Result(this);

    /// <summary>From now on the voters of this configuration are asked; what others said before is forgotten.</summary>
    public void Use(Configuration configuration)
    {
        _configuration = configuration;
        _votes = new bool?[configuration.Voters.Length];
    }

    public void Clear() => Array.Clear(_votes);

    /// <summary>Notes an answer; those of nobody's voters are ignored.</summary>
    public void Record(ReplicaId voter, bool granted)
    {
        var position = _configuration.Voters.BinarySearch(voter);
        if (position >= 0)
        {
            _votes[position] ??= granted;
        }
    }

    public bool? VoteOf(ReplicaId voter)
    {
        var position = _configuration.Voters.BinarySearch(voter);
        return position < 0 ? null : _votes[position];
    }
}
