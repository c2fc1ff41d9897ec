using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A read has met damage in a group's log: its replica must not go on voting and acknowledging on a log that it does
/// not have (raft-notes rule 17).
/// </summary>
internal sealed class DamageWork(GroupId group, CorruptLogException damage) : IShardWork
{
    public void Run(Shard shard) => shard.Find(group)?.Fail(damage);
}
