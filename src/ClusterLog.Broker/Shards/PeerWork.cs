using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>A message from a peer's replica. Messages for groups that this broker does not hold (yet) are dropped: Raft repeats.</summary>
internal sealed class MessageWork(GroupId group, RaftMessage message) : IShardWork
{
    public void Run(Shard shard) => shard.Find(group)?.Step(message);
}

/// <summary>A peer's broker has come up or gone down: told once per broker, passed to every replica (raft-notes rule 14).</summary>
internal sealed class PeerWork(ReplicaId peer, bool isUp) : IShardWork
{
    public void Run(Shard shard)
    {
        foreach (var replica in shard.Replicas)
        {
            Shard.Guard(replica, (peer, isUp), static (told, change) =>
            {
                if (change.isUp)
                {
                    told.PeerUp(change.peer);
                }
                else
                {
                    told.PeerDown(change.peer);
                }
            });
        }
    }
}
