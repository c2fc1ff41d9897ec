using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Simulation.Brokers;

namespace ClusterLog.Simulation.Faults;

/// <content>Whether the product has repaired itself.</content>
internal sealed partial class Operator
{
    /// <summary>Whether a broker takes part in every group as it should, and holds all of it.</summary>
    public bool HasEverything(Replica metadata, MetadataSnapshot snapshot, SimulatedBroker broker)
    {
        if (broker.Life is not { Repairer.Waiting: 0 } life
            || life.Storage.HasLostIdentity(GroupId.Metadata)
            || !metadata.IsAsAssigned
            || !IsFullMember(metadata, snapshot.MetadataReplicaOn(broker.Id))
            || !snapshot.Brokers.TryGetValue(broker.Id, out var info)
            || info.DirectoryId != life.Storage.DirectoryId)
        {
            return false;
        }

        foreach (var partition in snapshot.ByGroup.Values)
        {
            var replica = partition.ReplicaOn(broker.Id);
            if (Leaders.Find(_world, partition.Group) is not { } leader
                || (!replica.IsNone && (life.Storage.HasLostIdentity(partition.Group) || !IsFullMember(leader, replica)))
                || HasStranger(leader.Configuration, partition))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFullMember(Replica leader, ReplicaId replica) =>
        !leader.Configuration.IsJoint
        && leader.ConfigurationIndex <= leader.Commit
        && leader.Configuration.IsVoter(replica)
        && (leader.Identity == replica || leader.Progress(replica).Match >= leader.Commit);

    private static bool HasStranger(Configuration configuration, PartitionInfo partition)
    {
        foreach (var member in configuration.Members)
        {
            if (!partition.Replicas.Contains(member))
            {
                return true;
            }
        }

        return false;
    }
}
