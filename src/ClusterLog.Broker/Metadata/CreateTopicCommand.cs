using System.Collections.Immutable;

namespace ClusterLog.Broker.Metadata;

/// <summary>Creates a topic with its partitions.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="PartitionCount">1 to <see cref="MetadataLimits.PartitionsPerTopicMax"/>.</param>
/// <param name="ReplicaCount">Replicas of each partition; 1 to <see cref="MetadataLimits.ReplicasMax"/>.</param>
/// <param name="CreationId">
/// Drawn once per request: the same id again means the same request, repeated after its answer was lost. 0 for none.
/// </param>
/// <param name="Placement">
/// For each partition the brokers of its replicas, preferred leader first. Empty in a request that travels to the
/// leader, who fills it in before proposing, since only the leader sees the newest load.
/// </param>
internal sealed record CreateTopicCommand(
    string Name,
    int PartitionCount,
    int ReplicaCount,
    long CreationId,
    ImmutableArray<ImmutableArray<int>> Placement) : MetadataCommand
{
    /// <summary>The topic's settings.</summary>
    public TopicConfig Config { get; init; } = TopicConfig.Default;
}
