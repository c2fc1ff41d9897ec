using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A read, or the scrubber, has met damage in a group's log: its replica must not go on voting and acknowledging on a log
/// that it does not have (raft-notes rule 17), nor may a later start of this broker in its name.
/// </summary>
internal sealed class DamageWork(GroupId group, CorruptLogException damage) : IShardWork
{
    public void Run(Shard shard)
    {
        var replica = shard.Find(group);
        replica?.Fail(damage);
        shard.Services.Storage.Quarantine(group, damage, replica?.Identity.Incarnation ?? 0);
    }
}
