namespace ClusterLog.Simulation.Brokers;

/// <summary>The streams of randomness of one broker.</summary>
internal enum BrokerStream
{
    Disk,
    DiskDelays,
    Turns,
    Cores,
    Service,
    Mesh,
    Restarts,
    Compaction,
    Horizons,
}
