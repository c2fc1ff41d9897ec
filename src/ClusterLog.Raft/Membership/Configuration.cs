using System.Text;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Membership;

/// <summary>
/// Who belongs to a group, and who decides in it (thesis, chapter 4). Outside a change one set of voters decides by
/// its majority; within one (joint consensus, thesis 4.3) the majorities of the incoming and of the outgoing voters
/// must both agree. Learners receive the log and decide nothing (thesis 4.2.1). Immutable; equal by content.
/// </summary>
/// <remarks>
/// Invariants, with I, O the incoming and outgoing voters, L the learners and N those that become learners when the
/// change is left:
/// <c>L ∩ (I ∪ O) = ∅</c>; <c>N ⊆ O \ I</c>; <c>O = ∅ ⇒ N = ∅ and not AutoLeave</c>; <c>I = ∅ ⇒ O = ∅</c>.
/// </remarks>
internal sealed class Configuration : IEquatable<Configuration>
{
    /// <summary>Nobody: what a replica knows that was started without being told of a group's founders.</summary>
    public static readonly Configuration Empty = new([], [], [], [], autoLeave: false);

    private readonly ReplicaId[] _learners;
    private readonly ReplicaId[] _learnersNext;
    private readonly ReplicaId[] _voters;
    private readonly ReplicaId[] _members;

    /// <summary>Takes the sets, each in any order.</summary>
    /// <exception cref="ArgumentException">An invariant of the configuration does not hold.</exception>
    public Configuration(
        IEnumerable<ReplicaId> incoming,
        IEnumerable<ReplicaId> outgoing,
        IEnumerable<ReplicaId> learners,
        IEnumerable<ReplicaId> learnersNext,
        bool autoLeave)
    {
        Quorum = new JointQuorum(new MajorityQuorum(incoming), new MajorityQuorum(outgoing));

        // The learners have the form of a quorum, sorted and without repetition, though they decide nothing.
        _learners = new MajorityQuorum(learners).Voters.ToArray();
        _learnersNext = new MajorityQuorum(learnersNext).Voters.ToArray();
        _voters = Union(Quorum.Incoming.Voters, Quorum.Outgoing.Voters);
        _members = Union(_voters, _learners);
        AutoLeave = autoLeave;
        if (FindFault() is { } fault)
        {
            throw new ArgumentException($"{fault} in the configuration {this}.");
        }
    }

    /// <summary>What decides elections, commits and reads.</summary>
    public JointQuorum Quorum { get; }

    /// <summary>The members that receive the log and decide nothing, in rising order.</summary>
    public ReadOnlySpan<ReplicaId> Learners => _learners;

    /// <summary>Outgoing voters that become learners when the joint configuration is left, in rising order.</summary>
    public ReadOnlySpan<ReplicaId> LearnersNext => _learnersNext;

    /// <summary>The leader leaves this joint configuration by itself, as soon as it is committed.</summary>
    public bool AutoLeave { get; }

    /// <summary>A change is under way that takes two steps, and the first has been made.</summary>
    public bool IsJoint => Quorum.Outgoing.Voters.Length > 0;

    /// <summary>All who have a vote, incoming or outgoing, in rising order.</summary>
    public ReadOnlySpan<ReplicaId> Voters => _voters;

    /// <summary>All who receive the log: voters and learners, in rising order.</summary>
    public ReadOnlySpan<ReplicaId> Members => _members;

    /// <summary>A configuration outside a change, without learners.</summary>
    public static Configuration Of(params IEnumerable<ReplicaId> voters) => new(voters, [], [], [], autoLeave: false);

    public bool IsVoter(ReplicaId replica) => Array.BinarySearch(_voters, replica) >= 0;

    public bool IsLearner(ReplicaId replica) => Array.BinarySearch(_learners, replica) >= 0;

    public bool Contains(ReplicaId replica) => Array.BinarySearch(_members, replica) >= 0;

    /// <summary>True when nobody but this replica has a vote.</summary>
    public bool IsOnlyVoter(ReplicaId replica) => _voters.Length == 1 && _voters[0] == replica;

    public bool Equals(Configuration? other)
        => other is not null
            && AutoLeave == other.AutoLeave
            && Quorum.Incoming.Voters.SequenceEqual(other.Quorum.Incoming.Voters)
            && Quorum.Outgoing.Voters.SequenceEqual(other.Quorum.Outgoing.Voters)
            && _learners.AsSpan().SequenceEqual(other._learners)
            && _learnersNext.AsSpan().SequenceEqual(other._learnersNext);

    public override bool Equals(object? obj) => Equals(obj as Configuration);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var member in _members)
        {
            hash.Add(member);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example <c>voters=(1 2 3)&amp;&amp;(1) learners=(4) learners_next=(5) autoleave</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("voters=");
        AppendSet(text, Quorum.Incoming.Voters);
        if (IsJoint)
        {
            AppendSet(text.Append("&&"), Quorum.Outgoing.Voters);
        }

        if (_learners.Length > 0)
        {
            AppendSet(text.Append(" learners="), _learners);
        }

        if (_learnersNext.Length > 0)
        {
            AppendSet(text.Append(" learners_next="), _learnersNext);
        }

        return (AutoLeave ? text.Append(" autoleave") : text).ToString();
    }

    private static void AppendSet(StringBuilder text, ReadOnlySpan<ReplicaId> replicas)
    {
        text.Append('(');
        for (var i = 0; i < replicas.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : " ").Append(replicas[i]);
        }

        text.Append(')');
    }

    private static ReplicaId[] Union(ReadOnlySpan<ReplicaId> left, ReadOnlySpan<ReplicaId> right)
    {
        var union = new SortedSet<ReplicaId>(left.ToArray());
        union.UnionWith(right.ToArray());
        return [.. union];
    }

    private string? FindFault()
    {
        if (IsJoint && Quorum.Incoming.Voters.Length == 0)
        {
            return "No incoming voter";
        }

        if (!IsJoint && (AutoLeave || _learnersNext.Length > 0))
        {
            return "Something to be done on leaving, but nothing to leave";
        }

        foreach (var learner in _learners)
        {
            if (IsVoter(learner))
            {
                return $"Replica {learner} is a voter and a learner";
            }
        }

        foreach (var learner in _learnersNext)
        {
            if (!Quorum.Outgoing.Contains(learner) || Quorum.Incoming.Contains(learner))
            {
                return $"Replica {learner} is to become a learner, but is not just an outgoing voter";
            }
        }

        return null;
    }
}
