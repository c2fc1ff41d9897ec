using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>A partition that moves to other brokers, or is to.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The brokers that held it before.</param>
/// <param name="To">Those that are to hold it, the preferred leader first.</param>
/// <param name="Since">When the move began; null where it has not, or that is not known.</param>
/// <param name="Learners">
/// The replicas that are not there yet, as the leader sees them; null where no leader has told. Empty: all have the records.
/// </param>
public sealed record PartitionMove(
    TopicPartition Partition,
    IReadOnlyList<BrokerId> From,
    IReadOnlyList<BrokerId> To,
    DateTimeOffset? Since,
    IReadOnlyList<LearnerStatus>? Learners);
