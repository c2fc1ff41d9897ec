using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <summary>Says in words why a partition was not found.</summary>
internal static class PartitionLookup
{
    /// <summary>While this broker has not caught up with the metadata it cannot say that something does not exist.</summary>
    public static (ErrorCode Code, string Message) UnknownPartition(
        this IMetadataGroup metadata, string topic, int partition) =>
        !metadata.HasCaughtUp
            ? (ErrorCode.MetadataNotAvailable, "This broker has just started and does not know the topics yet.")
            : metadata.Snapshot.Topics.TryGetValue(topic, out var info)
            ? (ErrorCode.UnknownPartition, $"Topic \"{topic}\" has partitions 0 to {info.Partitions.Length - 1}; asked for {partition}.")
            : (ErrorCode.UnknownTopic, $"There is no topic \"{topic}\".");
}
