using System.Collections.Immutable;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Metadata;

/// <content>Other settings for a topic that exists: for it and for each of its partitions.</content>
internal sealed partial class MetadataState
{
    private static Applied Alter(MetadataSnapshot before, AlterTopicCommand command)
    {
        if (!before.Topics.TryGetValue(command.Name, out var topic))
        {
            return RefuseUnknown(before, command.Name);
        }

        if (command.Change.RefuseOver(topic.Config) is { } problem)
        {
            return Refuse(before, ErrorCode.InvalidArgument, $"Topic '{command.Name}' cannot be altered: {problem}.");
        }

        var config = command.Change.ApplyTo(topic.Config);
        return Done(config == topic.Config ? before : WithConfig(before, topic, config));
    }

    private static MetadataSnapshot WithConfig(MetadataSnapshot before, TopicInfo topic, TopicConfig config)
    {
        var partitions = ImmutableArray.CreateRange(topic.Partitions, partition => partition with { Config = config });
        return before with
        {
            Topics = before.Topics.SetItem(topic.Name, topic with { Config = config, Partitions = partitions }),
            ByGroup = before.ByGroup.SetItems(partitions.Select(partition => KeyValuePair.Create(partition.Group, partition))),
        };
    }
}
