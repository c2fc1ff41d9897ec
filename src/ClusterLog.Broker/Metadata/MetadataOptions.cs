namespace ClusterLog.Broker.Metadata;

/// <summary>How a broker handles requests that change the metadata.</summary>
internal sealed record MetadataOptions
{
    /// <summary>The number of brokers that the cluster is configured with; more replicas than these are refused.</summary>
    public required int BrokerCount { get; init; }

    /// <summary>The most topics of the cluster. 10,000. Further ones are refused.</summary>
    public int TopicsMax { get; init; } = 10_000;

    /// <summary>The most partitions of one topic. 1,000.</summary>
    public int PartitionsPerTopicMax { get; init; } = 1_000;

    /// <summary>Partitions of a topic whose creator asks for 0. 1.</summary>
    public int PartitionsDefault { get; init; } = 1;

    /// <summary>Replicas of a topic whose creator asks for 0, where there are as many brokers. 3.</summary>
    public int ReplicasDefault { get; init; } = 3;

    /// <summary>Producer ids that are taken at a time; those left at a restart are lost. 1,000.</summary>
    public int ProducerIdBlock { get; init; } = 1_000;

    /// <summary>The wait before a change is tried again, when no leader is known or it refused. 50 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one try may take before it is given up and made again. 2 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a broker looks whether all leaders of a new topic are known to it. 10 ms.</summary>
    public TimeSpan LeaderPollInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a producer id is asked for. 10 s.</summary>
    public TimeSpan ProducerIdTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a broker tries to register before it says so in its log, and tries again. 10 s.</summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
