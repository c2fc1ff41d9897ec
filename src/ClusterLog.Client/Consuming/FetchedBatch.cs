using ClusterLog.Protocol;

namespace ClusterLog.Client.Consuming;

/// <summary>A whole batch, and which of its records are wanted.</summary>
/// <param name="Partition">Where it is from.</param>
/// <param name="Bytes">The batch, found to be whole.</param>
/// <param name="From">The first offset that is wanted.</param>
/// <param name="Until">The first offset after it that is not.</param>
internal readonly record struct FetchedBatch(TopicPartition Partition, ReadOnlyMemory<byte> Bytes, long From, long Until);
