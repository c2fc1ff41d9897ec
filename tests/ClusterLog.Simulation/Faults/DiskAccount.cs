using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>
/// Keeps account of good copies: damage is done to one broker at a time, and only where every group that it belongs to
/// keeps a majority without it. So each committed entry has at least one good copy, on a disk that counts.
/// </summary>
internal sealed class DiskAccount(World world)
{
    /// <summary>After this no disk is damaged any more, so that repairs are mostly done when the faults end.</summary>
    private const long LastSeconds = 30;

    /// <summary>Whether some broker is no good copy now: members should then be moved by the operator only.</summary>
    public bool HasSuspect
    {
        get
        {
            foreach (var broker in world.Brokers)
            {
                if (broker.IsSuspect)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes the broker's disk out of the account, if that is allowed.</summary>
    public bool TryTake(int broker)
    {
        if (world.Now > world.Settings.SafetyTime - (LastSeconds * WorldSettings.Second) || HasSuspect
            || world.Operator.AssignmentsOpen > 0 || !CanSpare(broker))
        {
            return false;
        }

        world.Broker(broker).IsSuspect = true;
        return true;
    }

    private bool CanSpare(int broker)
    {
        if (Leaders.Find(world, GroupId.Metadata) is not { } metadata || !CanSpare(metadata, broker))
        {
            return false;
        }

        foreach (var partition in ((MetadataGroup)metadata.Machine).Snapshot.ByGroup.Values)
        {
            if (Leaders.Find(world, partition.Group) is not { } leader
                || partition.Replicas.Length < 3
                || !Operator.IsSettled(leader, partition)
                || !CanSpare(leader, broker))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanSpare(Replica leader, int broker)
    {
        var configuration = leader.Configuration;
        var spared = 0;
        foreach (var voter in configuration.Voters)
        {
            spared += voter.Value == broker ? 1 : 0;
        }

        return !configuration.IsJoint
            && leader.ConfigurationIndex <= leader.Commit
            && (spared == 0 || configuration.Voters.Length >= (2 * spared) + 1);
    }
}
