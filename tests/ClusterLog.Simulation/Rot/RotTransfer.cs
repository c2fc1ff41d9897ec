using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Rot;

/// <summary>Asks a group's leader to hand over to the replica of a certain broker.</summary>
internal sealed class RotTransfer(GroupId group, int broker) : IShardWork
{
    public void Run(Shard shard)
    {
        if (shard.Find(group) is not { Leads: true, IsBeingHandedOver: false } replica)
        {
            return;
        }

        foreach (var follower in replica.Followers)
        {
            if (follower.Value == broker && replica.Configuration.IsVoter(follower))
            {
                shard.Touch(replica);
                replica.TransferLeadership(follower);
            }
        }
    }
}
