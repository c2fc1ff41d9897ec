using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Simulation.Invariants;

/// <content>How a leader changes the members of its group (thesis 4.1 and 4.3).</content>
internal sealed partial class InvariantChecker
{
    /// <summary>
    /// A leader that has led since its last turn may have appended one configuration meanwhile: after one that is
    /// committed, in a term in which it has committed, and such that every two quorums of the two overlap.
    /// </summary>
    private static void CheckChange(ReplicaRecord record, IReplicaView view)
    {
        if (record.Configuration is not { } before
            || before.Equals(view.Configuration)
            || before.IsOnlyVoter(record.Id))
        {
            return;
        }

        if (record.ConfigurationIndex > view.Commit.Value || view.Log.TermAt(view.Commit) != view.Term)
        {
            throw Violation(
                Invariant.OneChangeAtATime,
                $"{record} leads term {view.Term} with commit {view.Commit} of term {view.Log.TermAt(view.Commit)}, and goes from "
                + $"{before} of entry {record.ConfigurationIndex} to {view.Configuration} of entry {view.ConfigurationIndex}");
        }

        if (!Overlap(before, view.Configuration))
        {
            throw Violation(
                Invariant.QuorumsOverlap,
                $"{record} goes from {before} to {view.Configuration}, of which not every two quorums overlap");
        }
    }

    private static bool Overlap(Configuration before, Configuration after)
    {
        if (before.IsJoint)
        {
            return !after.IsJoint && Distance(before.Quorum.Incoming, after.Quorum.Incoming) == 0;
        }

        return after.IsJoint
            ? Distance(before.Quorum.Incoming, after.Quorum.Outgoing) == 0
            : Distance(before.Quorum.Incoming, after.Quorum.Incoming) <= 1;
    }

    /// <summary>How many voters are in one of the two only.</summary>
    private static int Distance(MajorityQuorum left, MajorityQuorum right)
    {
        var shared = 0;
        foreach (var voter in left.Voters)
        {
            shared += right.Contains(voter) ? 1 : 0;
        }

        return left.Voters.Length + right.Voters.Length - (2 * shared);
    }
}
