namespace ClusterLog.Broker.Shards;

/// <summary>Something for a shard to do on its own thread: a message, a request, a tick, the end of a disk write.</summary>
internal interface IShardWork
{
    /// <summary>
    /// Runs on the shard's thread and must not block. An exception stops the replica that the work has touched
    /// (<see cref="Shard.Touch"/>), or, where it has touched none, the broker.
    /// </summary>
    void Run(Shard shard);

    /// <summary>
    /// The work will never run, since the shard has stopped, or has failed while it ran: whoever waits for it is told.
    /// </summary>
    void Abandon()
    {
    }
}
