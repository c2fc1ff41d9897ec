using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A message from a peer's replica. Messages for groups that this broker does not hold
/// (yet) are dropped, and so are entries for which there is no room: Raft repeats.
/// </summary>
internal sealed class MessageWork(GroupId group, RaftMessage message) : IShardWork
{
    public void Run(Shard shard)
    {
        Deliver(shard);
        if (message is AppendRequest append)
        {
            append.Entries.DiscardUnused();
        }
    }

    private void Deliver(Shard shard)
    {
        var replica = shard.Find(group);
        if (message is AppendRequest { Entries.Count: > 0 } && replica is not null && !CanTakeEntries(replica.Log.Storage))
        {
            return;
        }

        // Brokers that stop at the same time would otherwise hand the same groups to each other until time is up.
        if (message is TimeoutNowRequest && shard.IsHandingOver)
        {
            return;
        }

        replica?.Step(message);
    }

    private static bool CanTakeEntries(StorageEngine storage) =>
        storage.State != StorageState.Full && !WritePressure.IsTooHighToFollow(storage);
}

/// <summary>A peer's broker has come up or gone down: told once per broker, passed to every replica (raft-notes rule 14).</summary>
internal sealed class PeerWork(ReplicaId peer, bool isUp) : IShardWork
{
    public void Run(Shard shard)
    {
        foreach (var replica in shard.Replicas)
        {
            if (isUp)
            {
                Shard.Guard(replica, peer, static (told, up) => told.PeerUp(up));
            }
            else
            {
                shard.PeerDown(replica, peer);
            }
        }
    }
}

/// <summary>
/// A replica has stopped in a broker that lives: to its group it is as if its broker were down. Nobody would hear of it
/// otherwise, since quiet groups send no heartbeats.
/// </summary>
internal sealed class ReplicaStoppedWork(GroupId group, ReplicaId peer, Term stoppedIn) : IShardWork
{
    public void Run(Shard shard)
    {
        if (shard.Find(group) is { } replica)
        {
            shard.PeerDown(replica, peer, stoppedIn);
        }
    }
}
