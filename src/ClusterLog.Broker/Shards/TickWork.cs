namespace ClusterLog.Broker.Shards;

/// <summary>One tick of the broker's clock for a shard's replicas; every n-th one also does their lazy work.</summary>
internal sealed class TickWork : IShardWork
{
    private readonly int _ticksPerMaintenance;
    private readonly bool _maintains;
    private readonly int _count;

    public TickWork(int ticksPerMaintenance)
        : this(ticksPerMaintenance, 0)
    {
    }

    private TickWork(int ticksPerMaintenance, int count)
    {
        _ticksPerMaintenance = ticksPerMaintenance;
        _count = count;
        _maintains = count % ticksPerMaintenance == 0;
    }

    /// <summary>The tick after this one.</summary>
    public TickWork Next() => new(_ticksPerMaintenance, _count + 1);

    public void Run(Shard shard)
    {
        // Whoever waits for a write is told of it; a leader to whom nobody writes any more must not keep its place.
        shard.StopFailed();
        shard.Tick(_maintains);
    }
}
