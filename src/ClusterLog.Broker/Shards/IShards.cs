using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>The way into the shards of one broker, from any thread.</summary>
internal interface IShards
{
    /// <summary>Posts work to the shard of a group; false once the broker has stopped its shards.</summary>
    bool Post(GroupId group, IShardWork work);
}
