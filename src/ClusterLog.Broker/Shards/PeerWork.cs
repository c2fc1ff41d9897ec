using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A message from a peer's replica. Messages for groups that this broker does not hold
/// (yet) are dropped, and so are entries for which there is no room: Raft repeats.
/// </summary>
internal sealed class MessageWork(GroupId group, RaftMessage message) : IShardWork
{
    public void Run(Shard shard)
    {
        if (message is AppendRequest { Entries.Count: > 0 } && !CanTakeEntries(shard))
        {
            return;
        }

        // Brokers that stop at the same time would otherwise hand the same groups to each other until time is up.
        if (message is TimeoutNowRequest && shard.IsHandingOver)
        {
            return;
        }

        shard.Find(group)?.Step(message);
    }

    private static bool CanTakeEntries(Shard shard) =>
        shard.Services.Storage.State != StorageState.Full && !WritePressure.IsTooHighToFollow(shard.Services.Storage);
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
