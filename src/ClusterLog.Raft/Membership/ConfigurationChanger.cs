using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Membership;

/// <summary>
/// Leads from one configuration to the next: pure functions that check what they are asked for (thesis 4.1 and 4.3).
/// Two configurations that follow each other are always such that every two quorums of them overlap: a simple change
/// moves one voter at most, a joint configuration asks both majorities.
/// </summary>
internal static class ConfigurationChanger
{
    /// <summary>Applies a change by the way that it asks for.</summary>
    public static ChangeResult Apply(Configuration from, ConfigurationChange change)
        => change.IsLeave ? LeaveJoint(from)
            : change.NeedsJoint ? EnterJoint(from, change.Transition != ChangeTransition.JointExplicit, change.Members)
            : Simple(from, change.Members);

    /// <summary>Changes one voter at most, and any number of learners, in one step.</summary>
    public static ChangeResult Simple(Configuration from, IReadOnlyList<MemberChange> changes)
    {
        if (from.IsJoint)
        {
            return ChangeResult.Refused("can't apply simple config change in joint config");
        }

        var draft = new Draft(from, outgoing: default);
        draft.Apply(changes);
        if (draft.Incoming.Count == 0)
        {
            return ChangeResult.Refused("removed all voters");
        }

        return Difference(from.Quorum.Incoming, draft.Incoming) > 1
            ? ChangeResult.Refused("more than one voter changed without entering joint config")
            : draft.ToConfiguration(autoLeave: false);
    }

    /// <summary>Takes the first step of a change of any size: from now on both the old and the new majority decide.</summary>
    public static ChangeResult EnterJoint(Configuration from, bool autoLeave, IReadOnlyList<MemberChange> changes)
    {
        if (from.IsJoint)
        {
            return ChangeResult.Refused("config is already joint");
        }

        if (from.Voters.Length == 0)
        {
            return ChangeResult.Refused("can't make a zero-voter config joint");
        }

        var draft = new Draft(from, from.Quorum.Incoming.Voters);
        draft.Apply(changes);
        return draft.Incoming.Count == 0
            ? ChangeResult.Refused("removed all voters")
            : draft.ToConfiguration(autoLeave);
    }

    /// <summary>Takes the second step: the incoming majority decides alone.</summary>
    public static ChangeResult LeaveJoint(Configuration from)
    {
        if (!from.IsJoint)
        {
            return ChangeResult.Refused("can't leave a non-joint config");
        }

        var draft = new Draft(from, outgoing: default);
        draft.Learners.UnionWith(draft.LearnersNext);
        draft.LearnersNext.Clear();
        return draft.ToConfiguration(autoLeave: false);
    }

    /// <summary>How many are in one of the sets but not in the other.</summary>
    private static int Difference(MajorityQuorum before, SortedSet<ReplicaId> after)
    {
        var stayed = 0;
        foreach (var voter in before.Voters)
        {
            stayed += after.Contains(voter) ? 1 : 0;
        }

        return before.Voters.Length - stayed + after.Count - stayed;
    }

    /// <summary>A configuration while it is being changed.</summary>
    private readonly struct Draft
    {
        private readonly SortedSet<ReplicaId> _outgoing;

        public Draft(Configuration from, ReadOnlySpan<ReplicaId> outgoing)
        {
            Incoming = [.. from.Quorum.Incoming.Voters];
            _outgoing = [.. outgoing];
            Learners = [.. from.Learners];
            LearnersNext = [.. from.LearnersNext];
        }

        public SortedSet<ReplicaId> Incoming { get; }

        public SortedSet<ReplicaId> Learners { get; }

        public SortedSet<ReplicaId> LearnersNext { get; }

        public void Apply(IReadOnlyList<MemberChange> changes)
        {
            foreach (var (kind, replica) in changes)
            {
                if (replica.IsNone || kind == MemberChangeKind.Update)
                {
                    continue;
                }

                Remove(replica);
                if (kind == MemberChangeKind.AddVoter)
                {
                    Incoming.Add(replica);
                }
                else if (kind == MemberChangeKind.AddLearner)
                {
                    // Nobody is voter and learner at a time: who still has an outgoing vote waits until it is gone.
                    (_outgoing.Contains(replica) ? LearnersNext : Learners).Add(replica);
                }
            }
        }

        public Configuration ToConfiguration(bool autoLeave)
            => new(Incoming, _outgoing, Learners, LearnersNext, autoLeave);

        private void Remove(ReplicaId replica)
        {
            Incoming.Remove(replica);
            Learners.Remove(replica);
            LearnersNext.Remove(replica);
        }
    }
}
