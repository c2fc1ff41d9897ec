using System.Collections.Immutable;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <content>What each command does. Everything is checked here again: the proposer may have seen an older state.</content>
internal sealed partial class MetadataState
{
    private static Applied Register(MetadataSnapshot before, BrokerInfo broker)
    {
        if (broker.BrokerId < 1 || broker.ClientPort is < 0 or > ushort.MaxValue
            || LongestText(broker) > MetadataLimits.BrokerTextLengthMax)
        {
            return Refuse(
                before,
                ErrorCode.InvalidArgument,
                $"Broker {broker.BrokerId} cannot be registered with client port {broker.ClientPort} and texts of up to "
                + $"{LongestText(broker)} characters: expected an id of at least 1, a port up to {ushort.MaxValue} and "
                + $"texts of at most {MetadataLimits.BrokerTextLengthMax}.");
        }

        var isSameDirectory = before.Brokers.TryGetValue(broker.BrokerId, out var known)
            && known.DirectoryId == broker.DirectoryId;
        var since = isSameDirectory ? known!.DirectorySince : before.Version;
        return Done(before with
        {
            Brokers = before.Brokers.SetItem(broker.BrokerId, broker with { DirectorySince = since, State = known?.State ?? broker.State }),
        });
    }

    private static int LongestText(BrokerInfo broker) => Math.Max(
        Math.Max(broker.ClientHost.Length, broker.PeerAddress.Length),
        Math.Max(Math.Max(broker.HttpAddress.Length, broker.Version.Length), broker.Rack.Length));

    private static Applied Create(MetadataSnapshot before, CreateTopicCommand command)
    {
        if (!TopicName.IsValid(command.Name))
        {
            return Refuse(before, ErrorCode.InvalidTopicName, $"'{command.Name}' is not a name that a topic may have.");
        }

        if (before.Topics.TryGetValue(command.Name, out var existing))
        {
            return command.CreationId != 0 && existing.CreationId == command.CreationId
                ? Done(before)
                : Refuse(before, ErrorCode.TopicAlreadyExists, $"Topic '{command.Name}' exists already.");
        }

        if (command.Config.Refuse() is { } problem)
        {
            return Refuse(before, ErrorCode.InvalidArgument, $"Topic '{command.Name}' cannot be created: {problem}.");
        }

        return CheckPlacement(before, command) ?? Done(WithTopic(before, command));
    }

    private static Applied? CheckPlacement(MetadataSnapshot before, CreateTopicCommand command)
    {
        if (command.PartitionCount is < 1 or > MetadataLimits.PartitionsPerTopicMax
            || command.Placement.Length != command.PartitionCount)
        {
            return Refuse(
                before,
                ErrorCode.InvalidPartitionCount,
                $"Topic '{command.Name}' cannot have {command.PartitionCount} partitions, of which "
                + $"{command.Placement.Length} are placed: expected 1 to {MetadataLimits.PartitionsPerTopicMax}, all placed.");
        }

        for (var partition = 0; partition < command.Placement.Length; partition++)
        {
            var replicas = command.Placement[partition];
            if (replicas.Length != command.ReplicaCount || !MayHold(before, replicas))
            {
                return Refuse(
                    before,
                    ErrorCode.InvalidReplicaCount,
                    $"Partition {partition} of topic '{command.Name}' cannot be placed on brokers "
                    + $"[{string.Join(", ", replicas)}]: expected {command.ReplicaCount} different ones (1 to "
                    + $"{MetadataLimits.ReplicasMax}) of the registered [{string.Join(", ", before.Brokers.Keys)}].");
            }
        }

        return null;
    }

    private static bool MayHold(MetadataSnapshot before, ImmutableArray<int> brokers) =>
        brokers.Length is >= 1 and <= MetadataLimits.ReplicasMax
        && brokers.Distinct().Count() == brokers.Length
        && brokers.All(before.Brokers.ContainsKey);

    private static MetadataSnapshot WithTopic(MetadataSnapshot before, CreateTopicCommand command)
    {
        var partitions = ImmutableArray.CreateBuilder<PartitionInfo>(command.Placement.Length);
        var byGroup = before.ByGroup.ToBuilder();
        var group = before.NextGroupId.Value;
        foreach (var brokers in command.Placement)
        {
            var founders = ImmutableArray.CreateRange(brokers, static broker => new ReplicaId(broker));
            var info = new PartitionInfo(
                command.Name, partitions.Count, new GroupId(group++), before.Version, founders, founders)
            {
                Config = command.Config,
            };
            partitions.Add(info);
            byGroup.Add(info.Group, info);
        }

        var topic = new TopicInfo(
            command.Name, command.ReplicaCount, partitions.MoveToImmutable(), before.Version, command.CreationId)
        {
            Config = command.Config,
        };
        return before with
        {
            Topics = before.Topics.Add(topic.Name, topic),
            ByGroup = byGroup.ToImmutable(),
            NextGroupId = new GroupId(group),
        };
    }

    private static Applied Delete(MetadataSnapshot before, string name)
    {
        if (!before.Topics.TryGetValue(name, out var topic))
        {
            return RefuseUnknown(before, name);
        }

        return Done(before with
        {
            Topics = before.Topics.Remove(name),
            ByGroup = before.ByGroup.RemoveRange(topic.Partitions.Select(static partition => partition.Group)),
        });
    }

    private static Applied RefuseUnknown(MetadataSnapshot before, string name) =>
        Refuse(before, ErrorCode.UnknownTopic, $"Topic '{name}' does not exist.");

    private static ReplicaId PlacedNow(MetadataSnapshot before, int broker) =>
        new(broker, checked((uint)before.Version.Value));

    private static MetadataSnapshot WithPartition(MetadataSnapshot before, PartitionInfo changed)
    {
        var topic = before.Topics[changed.Topic];
        return before with
        {
            Topics = before.Topics.SetItem(
                topic.Name, topic with { Partitions = topic.Partitions.SetItem(changed.Partition, changed) }),
            ByGroup = before.ByGroup.SetItem(changed.Group, changed),
        };
    }

    private static Applied Allocate(MetadataSnapshot before, int count)
    {
        if (count is < 1 or > MetadataLimits.ProducerIdBlockMax)
        {
            return Refuse(
                before,
                ErrorCode.InvalidArgument,
                $"{count} producer ids cannot be set aside: expected 1 to {MetadataLimits.ProducerIdBlockMax}.");
        }

        return Done(before with { NextProducerId = before.NextProducerId + count }, before.NextProducerId);
    }
}
