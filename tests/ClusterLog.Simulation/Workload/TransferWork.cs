using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Workload;

/// <summary>Asks a leader to hand over to one of the other members, whoever that is: also one that may not lead.</summary>
internal sealed class TransferWork(GroupId group, int choice) : IShardWork
{
    public void Run(Shard shard)
    {
        if (shard.Find(group) is { Leads: true } replica && replica.Followers.Count > 0)
        {
            shard.Touch(replica);
            replica.TransferLeadership(replica.Followers[choice % replica.Followers.Count]);
        }
    }
}
