using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Leads a group's members, step by step, to those that the metadata wants. Pure: each step follows from the
/// configuration in force, so any leader goes on where the last one stopped.
/// </summary>
/// <remarks>
/// A replica that is missing comes in as a learner, and is promoted once it keeps up. One that is not wanted any more
/// goes when all that are wanted vote, or come to vote in that very change: never before its successor has caught up. But
/// one whose broker has been given another replica will never speak again; it only weighs on the quorum, and goes at once.
/// A leader whose metadata is behind must not take that for the newer will: while there is a member that was placed by an
/// entry which it has not seen, it changes nothing. Of any other it knows that it was placed, and so that it was taken away.
/// A leader that has a successor itself promotes that not: two replicas of one broker must not both vote.
/// </remarks>
internal static class MembershipPlan
{
    /// <summary>Whether nothing is left to do.</summary>
    public static bool IsReached(Configuration current, IReadOnlyCollection<ReplicaId> wanted) =>
        !current.IsJoint
        && current.Members.Length == wanted.Count
        && current.Voters.Length == wanted.Count
        && wanted.All(current.IsVoter);

    /// <summary>The next change; null while there is none to make, or none can be made yet.</summary>
    /// <param name="current">The configuration in force, committed.</param>
    /// <param name="wanted">The voters that there are to be; at least one.</param>
    /// <param name="knownUpTo">The metadata entry as of which that is wanted.</param>
    /// <param name="leader">Who leads, and so lives, whatever is wanted.</param>
    /// <param name="keepsUp">Whether a learner holds, and goes on to hold, what the leader has committed.</param>
    public static ConfigurationChange? Next(
        Configuration current,
        IReadOnlyCollection<ReplicaId> wanted,
        LogIndex knownUpTo,
        ReplicaId leader,
        Func<ReplicaId, bool> keepsUp)
    {
        if (current.IsJoint || IsBehind(current, wanted, knownUpTo))
        {
            return null;
        }

        var steps = new List<MemberChange>();
        var voters = 0;
        foreach (var replica in wanted)
        {
            if (!current.Contains(replica))
            {
                steps.Add(MemberChange.AddLearner(replica));
            }
            else if (current.IsVoter(replica))
            {
                voters++;
            }
            else if (!replica.IsSameBroker(leader) && keepsUp(replica))
            {
                steps.Add(MemberChange.AddVoter(replica));
                voters++;
            }
        }

        AddRemovals(steps, current, wanted, leader, voters);
        return steps.Count > 0 ? new ConfigurationChange([.. steps]) : null;
    }

    private static bool IsBehind(Configuration current, IReadOnlyCollection<ReplicaId> wanted, LogIndex knownUpTo)
    {
        foreach (var member in current.Members)
        {
            if (member.Incarnation > knownUpTo.Value && !wanted.Contains(member))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddRemovals(
        List<MemberChange> steps, Configuration current, IReadOnlyCollection<ReplicaId> wanted, ReplicaId leader, int voters)
    {
        var isEveryoneThere = voters == wanted.Count;
        foreach (var member in current.Members)
        {
            var hasSuccessor = member != leader && wanted.Any(
                replica => replica.IsSameBroker(member) && replica.Incarnation > member.Incarnation);
            if (!wanted.Contains(member) && (isEveryoneThere || hasSuccessor))
            {
                steps.Add(MemberChange.Remove(member));
            }
        }
    }
}
