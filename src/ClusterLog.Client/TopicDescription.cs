namespace ClusterLog.Client;

/// <summary>A topic with its partitions.</summary>
/// <param name="Name">The name.</param>
/// <param name="ReplicaCount">On how many brokers each partition is.</param>
/// <param name="Partitions">The partitions, ordered by number.</param>
public sealed record TopicDescription(string Name, int ReplicaCount, IReadOnlyList<PartitionDescription> Partitions);
