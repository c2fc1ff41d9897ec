namespace ClusterLog.Broker.Hosting;

/// <summary>What a new topic gets where its creator says nothing, and how many there may be. The cluster's.</summary>
internal sealed class TopicOptions
{
    /// <summary>
    /// Partitions of a topic whose creator asks for 0; default 1; 1 to <see cref="PartitionsPerTopicMax"/>.
    /// </summary>
    public int PartitionsDefault { get; set; } = 1;

    /// <summary>
    /// Replicas of a partition whose creator asks for 0; default 3, or all brokers where there are fewer; 1 to 7.
    /// </summary>
    public int ReplicasDefault { get; set; } = 3;

    /// <summary>Most topics; default 10,000; 1 to 1,000,000. Full: creation is refused with TooManyTopics.</summary>
    public int TopicsMax { get; set; } = 10_000;

    /// <summary>
    /// Most partitions of one topic; default 1,000; 1 to 100,000. More is refused with InvalidPartitionCount.
    /// </summary>
    public int PartitionsPerTopicMax { get; set; } = 1_000;

    /// <summary>
    /// How long creating a topic may take where the client names no time; default 30 s; 100 ms to 10 min.
    /// </summary>
    public TimeSpan CreateTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
