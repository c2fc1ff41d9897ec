using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <summary>Says in words why a partition was not found.</summary>
internal static class PartitionLookup
{
    public static (ErrorCode Code, string Message) UnknownPartition(
        this MetadataSnapshot snapshot, string topic, int partition) =>
        snapshot.Topics.TryGetValue(topic, out var info)
            ? (ErrorCode.UnknownPartition, $"Topic \"{topic}\" has partitions 0 to {info.Partitions.Length - 1}; asked for {partition}.")
            : (ErrorCode.UnknownTopic, $"There is no topic \"{topic}\".");
}
