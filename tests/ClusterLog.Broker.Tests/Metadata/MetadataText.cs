using System.Text;
using ClusterLog.Broker.Metadata;

namespace ClusterLog.Broker.Tests.Metadata;

/// <summary>A snapshot as text, everything in a fixed order: equal snapshots have equal texts.</summary>
internal static class MetadataText
{
    public static string Of(MetadataSnapshot snapshot)
    {
        var text = new StringBuilder();
        text.AppendLine($"version {snapshot.Version}, next group {snapshot.NextGroupId}, next producer {snapshot.NextProducerId}");
        foreach (var broker in snapshot.Brokers.Values)
        {
            text.AppendLine(broker.ToString());
        }

        foreach (var topic in snapshot.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal))
        {
            text.AppendLine($"{topic.Name} x{topic.ReplicaCount} at {topic.CreatedAt} by {topic.CreationId} with {topic.Config}");
            foreach (var partition in topic.Partitions)
            {
                text.AppendLine(
                    $"  {partition.Topic}/{partition.Partition} group {partition.Group} at {partition.CreatedAt} by "
                    + $"{string.Join(',', partition.Founders)}: {string.Join(',', partition.Replicas)} with {partition.Config}");
            }
        }

        foreach (var (group, partition) in snapshot.ByGroup.OrderBy(pair => pair.Key))
        {
            text.AppendLine($"group {group} is {partition.Topic}/{partition.Partition}");
        }

        return text.ToString();
    }
}
