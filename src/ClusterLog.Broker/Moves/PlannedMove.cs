using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;

namespace ClusterLog.Broker.Moves;

/// <summary>A partition that is to be on other brokers.</summary>
/// <param name="Partition">The partition as it was when that was decided.</param>
/// <param name="Brokers">Where it is to be, preferred leader first.</param>
/// <param name="Why">The reason, in words, for the log.</param>
internal sealed record PlannedMove(PartitionInfo Partition, ImmutableArray<int> Brokers, string Why);
