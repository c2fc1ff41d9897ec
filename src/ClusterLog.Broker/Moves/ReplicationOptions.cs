namespace ClusterLog.Broker.Moves;

/// <summary>How partitions move between brokers.</summary>
internal sealed class ReplicationOptions
{
    /// <summary>
    /// Bytes a second, 1 MiB to 16 GiB, that this broker reads from its disk for replicas that are coming into their groups;
    /// default 64 MiB; 0: no limit. Those that are members already, and what is read from memory, are not held back.
    /// </summary>
    public long CatchUpBytesPerSecondMax { get; set; } = 64L << 20;

    /// <summary>
    /// Partitions that the cluster moves at a time of its own accord, 1 to 1,000; default 8. Those that an operator moves by
    /// name count too, and are not held back. That of the broker which leads the metadata counts.
    /// </summary>
    public int MovesMax { get; set; } = 8;

    /// <summary>
    /// How long a broker may be out of the metadata leader's reach, up to 30 days, before what it holds is rebuilt on others;
    /// default 10 min; 0: never. That of the broker which leads the metadata counts, from when it began to lead.
    /// </summary>
    public TimeSpan ReplaceAfter { get; set; } = TimeSpan.FromMinutes(10);
}
