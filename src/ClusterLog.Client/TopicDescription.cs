namespace ClusterLog.Client;

/// <summary>A topic with its partitions.</summary>
/// <param name="Name">The name.</param>
/// <param name="ReplicaCount">On how many brokers each partition is.</param>
/// <param name="Partitions">The partitions, ordered by number.</param>
public sealed record TopicDescription(string Name, int ReplicaCount, IReadOnlyList<PartitionDescription> Partitions)
{
    /// <summary>
    /// Every setting by name (<see cref="Protocol.TopicSetting"/>), those at their defaults too, in the order in which the
    /// broker tells them; empty where it does not.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init; } = [];
}
