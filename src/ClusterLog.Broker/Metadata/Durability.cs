namespace ClusterLog.Broker.Metadata;

/// <summary>When a record counts as stored. The numbers stand in logs for ever.</summary>
internal enum Durability
{
    /// <summary>Once a majority of the replicas has it on disk.</summary>
    Disk = 0,

    /// <summary>Once a majority has it in memory: all of them losing power at once loses it.</summary>
    Memory = 1,
}
