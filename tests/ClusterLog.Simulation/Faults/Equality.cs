using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>Whether a group's replicas have become the same, as one sees who looks at all brokers at once.</summary>
internal static class Equality
{
    /// <summary>All members that the leader's configuration names hold the same log, have committed all of it, and applied it.</summary>
    public static string? Missing(World world, GroupId group)
    {
        if (Leaders.Find(world, group) is not { } leader)
        {
            return $"group {group} has no leader that serves";
        }

        if (leader.Commit != leader.Log.LastIndex)
        {
            return $"group {group}: the leader has committed {leader.Commit} of {leader.Log.LastIndex}";
        }

        foreach (var member in leader.Configuration.Members)
        {
            if (world.Broker(member.Value).Find(group) is not { IsStopped: false } replica || replica.Identity != member)
            {
                return $"group {group}: member {member} of {leader.Configuration} does not run";
            }

            if (replica.Log.LastIndex != leader.Log.LastIndex || replica.Log.LastTerm != leader.Log.LastTerm
                || replica.Commit != leader.Commit || replica.Applied != leader.Commit)
            {
                return $"group {group}: replica {member} has {replica.Log.LastIndex}/{replica.Log.LastTerm}, committed "
                    + $"{replica.Commit}, applied {replica.Applied}; the leader has {leader.Log.LastIndex}/{leader.Log.LastTerm}";
            }
        }

        return null;
    }
}
