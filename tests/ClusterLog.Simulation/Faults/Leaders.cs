using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>Who leads, as one sees who looks at all brokers at once.</summary>
internal static class Leaders
{
    /// <summary>The leader of the highest term that serves; null while there is none.</summary>
    public static Replica? Find(World world, GroupId group)
    {
        Replica? leader = null;
        foreach (var broker in world.Brokers)
        {
            if (broker.Find(group) is { IsReadyToServe: true } found && (leader is null || found.Term > leader.Term))
            {
                leader = found;
            }
        }

        return leader;
    }
}
