using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>Where a position lies in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset; null if no record is of the asked time or later.</param>
/// <param name="Timestamp">The time of the record found, if a time was asked for.</param>
public sealed record PartitionOffset(TopicPartition Partition, Offset? Offset, DateTimeOffset? Timestamp);
