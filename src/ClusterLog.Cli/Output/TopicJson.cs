using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>A topic, as `topic create` and `topic describe` write it.</summary>
internal sealed record TopicJson(
    string Name,
    int PartitionCount,
    int ReplicaCount,
    IReadOnlyList<PartitionJson> Partitions,
    IReadOnlyDictionary<string, string> Config)
{
    /// <summary>Takes over what the client told.</summary>
    public static TopicJson From(TopicDescription topic) => new(
        topic.Name,
        topic.Partitions.Count,
        topic.ReplicaCount,
        [
            .. topic.Partitions.Select(partition => new PartitionJson(
                partition.Partition,
                partition.Leader?.Value,
                partition.LeaderTerm,
                [.. partition.Replicas.Select(replica => replica.Value)],
                partition.EarliestOffset?.Value,
                partition.LatestOffset?.Value)),
        ],
        new Dictionary<string, string>(topic.Config));
}

/// <summary>A partition of a topic; the latest offset is that of the next record.</summary>
internal sealed record PartitionJson(
    int Partition, int? Leader, long LeaderTerm, IReadOnlyList<int> Replicas, long? EarliestOffset, long? LatestOffset);

/// <summary>All topics, as `topic list` writes them.</summary>
internal sealed record TopicListJson(IReadOnlyList<TopicSummaryJson> Topics)
{
    /// <summary>Takes over what the client told.</summary>
    public static TopicListJson From(IReadOnlyList<TopicSummary> topics) => new(
        [
            .. topics.Select(topic => new TopicSummaryJson(
                topic.Name, topic.PartitionCount, topic.ReplicaCount, topic.LeaderlessPartitions)),
        ]);
}

/// <summary>A topic in a list.</summary>
internal sealed record TopicSummaryJson(string Name, int PartitionCount, int ReplicaCount, int LeaderlessPartitions);

/// <summary>What `topic alter` writes: all settings, as they are now.</summary>
internal sealed record TopicAlteredJson(string Name, IReadOnlyDictionary<string, string> Config);

/// <summary>What `topic alter` writes of another size; null for what stays.</summary>
internal sealed record TopicResizedJson(string Name, int? Partitions, int? Replicas);

/// <summary>What `topic delete` writes.</summary>
internal sealed record TopicDeletedJson(string Deleted);
