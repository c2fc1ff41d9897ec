namespace ClusterLog.Client;

/// <summary>A topic in one line.</summary>
/// <param name="Name">The name.</param>
/// <param name="PartitionCount">How many partitions it has.</param>
/// <param name="ReplicaCount">On how many brokers each of them is.</param>
/// <param name="LeaderlessPartitions">How many of them have no leader now.</param>
public sealed record TopicSummary(string Name, int PartitionCount, int ReplicaCount, int LeaderlessPartitions);
