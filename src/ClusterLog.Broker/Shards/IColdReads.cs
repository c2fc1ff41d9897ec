namespace ClusterLog.Broker.Shards;

/// <summary>Runs reads from disk on behalf of shards, which never wait for a file themselves.</summary>
internal interface IColdReads
{
    /// <summary>Queues a read. It runs off the shard, hands its result to a shard's inbox, and must not throw.</summary>
    void Enqueue(Action read);
}
