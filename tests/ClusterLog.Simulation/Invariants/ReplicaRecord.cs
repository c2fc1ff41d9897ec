using System.Runtime.InteropServices;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Simulation.Invariants;

/// <summary>What is known of one member of a group, over all its lives.</summary>
internal sealed class ReplicaRecord(GroupRecord group, ReplicaId id)
{
    private readonly List<(ulong Term, ReplicaId Vote)> _votes = [];
    private readonly List<(ulong Term, ulong Last)> _reaches = [];

    public GroupRecord Group { get; } = group;

    public ReplicaId Id { get; } = id;

    /// <summary>The terms of the log in memory, as of the last look.</summary>
    public TermLog Log { get; } = new();

    /// <summary>The terms of the log on the disk: what was confirmed, in the order in which it was written.</summary>
    public TermLog Disk { get; } = new();

    /// <summary>Term and vote on the disk.</summary>
    public HardState DiskState { get; set; }

    /// <summary>
    /// The last index up to which the disk was confirmed to hold the log that is in memory. A restart must find it.
    /// </summary>
    public ulong Promised { get; set; }

    public ulong Term { get; set; }

    public ulong Commit { get; set; }

    public ulong Applied { get; set; }

    /// <summary>The last term that this replica was seen to lead.</summary>
    public ulong Led { get; set; }

    /// <summary>The configuration at the last look: within one turn a commit may come before a change of it.</summary>
    public Configuration? Configuration { get; set; }

    /// <summary>The index of the entry that brought it; zero for the founding one.</summary>
    public ulong ConfigurationIndex { get; set; }

    public bool HasLived { get; set; }

    /// <summary>Whom this member voted for in a term, as its disk knows; none where it knows nothing.</summary>
    public ReplicaId VoteIn(ulong term)
    {
        for (var i = _votes.Count - 1; i >= 0; i--)
        {
            if (_votes[i].Term == term)
            {
                return _votes[i].Vote;
            }
        }

        return ReplicaId.None;
    }

    public void AddVote(ulong term, ReplicaId vote) => _votes.Add((term, vote));

    /// <summary>How far the log on the disk reached at most by a write of a term; null when there was none in it.</summary>
    public ulong? ReachIn(ulong term)
    {
        for (var i = _reaches.Count - 1; i >= 0; i--)
        {
            if (_reaches[i].Term == term)
            {
                return _reaches[i].Last;
            }
        }

        return null;
    }

    public void Reach(ulong term, ulong last)
    {
        var reaches = CollectionsMarshal.AsSpan(_reaches);
        if (reaches.Length > 0 && reaches[^1].Term == term)
        {
            reaches[^1].Last = Math.Max(reaches[^1].Last, last);
        }
        else
        {
            _reaches.Add((term, last));
        }
    }

    public override string ToString() => $"replica {Id} of group {Group.Group}";
}
