using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>One topic and its partitions.</summary>
/// <param name="Name">A valid topic name.</param>
/// <param name="ReplicaCount">Replicas of each partition.</param>
/// <param name="Partitions">Partition n stands at position n.</param>
/// <param name="CreatedAt">The entry of the metadata log that created it.</param>
/// <param name="CreationId">The creating command's id, by which a repeated command is known; 0 for none.</param>
internal sealed record TopicInfo(
    string Name, int ReplicaCount, ImmutableArray<PartitionInfo> Partitions, LogIndex CreatedAt, long CreationId)
{
    /// <summary>Its settings; every partition has them too.</summary>
    public TopicConfig Config { get; init; } = TopicConfig.Default;
}
