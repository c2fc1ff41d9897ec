namespace ClusterLog.Broker.Shards;

/// <summary>How a replica's clock goes; a matter between the replica's shard and <see cref="AwakeReplicas"/>.</summary>
internal enum ReplicaPace
{
    /// <summary>It stands still: the group has nothing to do. Whatever the replica is told wakes it.</summary>
    Asleep,

    /// <summary>It stands still until its turn comes, for a new election would follow soon. Messages are taken meanwhile.</summary>
    Waiting,

    /// <summary>It goes: one tick of the replica per tick of the shard.</summary>
    Awake,
}
