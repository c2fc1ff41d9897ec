namespace ClusterLog.Broker.Metadata;

/// <summary>
/// Bounds that are part of the replicated state machine: the same in every broker, so that every replica refuses the
/// same commands. An operator's lower limits are checked before a command is proposed (<see cref="MetadataOptions"/>).
/// </summary>
internal static class MetadataLimits
{
    /// <summary>The most partitions of one topic.</summary>
    public const int PartitionsPerTopicMax = 10_000;

    /// <summary>The most replicas of one partition.</summary>
    public const int ReplicasMax = 7;

    /// <summary>The most producer ids that one command sets aside.</summary>
    public const int ProducerIdBlockMax = 1_000_000;

    /// <summary>The most characters of a broker's host, address or version.</summary>
    public const int BrokerTextLengthMax = 512;
}
