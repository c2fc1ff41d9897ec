using System.Collections.Immutable;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <content>Partitions that move from some brokers to others.</content>
internal sealed partial class MetadataState
{
    private static Applied Assign(MetadataSnapshot before, AssignReplicasCommand command)
    {
        if (!before.ByGroup.TryGetValue(command.Group, out var partition))
        {
            return Refuse(before, ErrorCode.UnknownTopic, $"No partition has group {command.Group}.");
        }

        if (!MayHold(before, command.Brokers))
        {
            return Refuse(
                before,
                ErrorCode.InvalidReplicaCount,
                $"{partition} cannot be held by brokers [{string.Join(", ", command.Brokers)}]: expected 1 to "
                + $"{MetadataLimits.ReplicasMax} different ones of the registered [{string.Join(", ", before.Brokers.Keys)}].");
        }

        if (command.Expected != LogIndex.Zero && command.Expected != partition.AssignedAt)
        {
            return Refuse(
                before,
                ErrorCode.AssignmentChanged,
                $"{partition} was assigned anew by entry {partition.AssignedAt} meanwhile: expected entry {command.Expected}.");
        }

        return Done(WithPartition(before, Moved(before, partition, command.Brokers, command.AskedAt)));
    }

    private static PartitionInfo Moved(
        MetadataSnapshot before, PartitionInfo partition, ImmutableArray<int> brokers, long askedAt)
    {
        var replicas = ImmutableArray.CreateRange(
            brokers,
            broker => partition.RunningOn(broker) is { IsNone: false } held ? held : PlacedNow(before, broker));
        if (replicas.Length == partition.Replicas.Length && replicas.All(partition.Replicas.Contains))
        {
            // Another preferred leader, at most.
            return partition with { Replicas = replicas };
        }

        return partition with
        {
            Replicas = replicas,
            AssignedAt = before.Version,
            Leaving = [.. partition.Replicas.Concat(partition.Leaving).Where(held => !replicas.Contains(held))],
            MovesFrom = partition.IsMoving
                ? partition.MovesFrom
                : ImmutableArray.CreateRange(partition.Replicas, static replica => replica.Value),
            MovingSince = partition.IsMoving ? partition.MovingSince : askedAt,
        };
    }

    private static Applied Reach(MetadataSnapshot before, ReachAssignmentCommand command) =>
        before.ByGroup.TryGetValue(command.Group, out var partition)
        && partition.IsMoving
        && partition.AssignedAt == command.AssignedAt
            ? Done(WithPartition(before, partition with { Leaving = [], MovesFrom = [], MovingSince = 0 }))
            : Done(before);

    private static Applied Cancel(MetadataSnapshot before, GroupId group)
    {
        if (!before.ByGroup.TryGetValue(group, out var partition))
        {
            return Refuse(before, ErrorCode.UnknownTopic, $"No partition has group {group}.");
        }

        if (!partition.IsMoving)
        {
            return Refuse(before, ErrorCode.NotMoving, $"{partition} does not move: there is nothing to take back.");
        }

        return MayHold(before, partition.MovesFrom)
            ? Done(WithPartition(before, Moved(before, partition, partition.MovesFrom, partition.MovingSince)))
            : Refuse(
                before,
                ErrorCode.InvalidArgument,
                $"{partition} cannot go back to brokers [{string.Join(", ", partition.MovesFrom)}]: not all of them are registered.");
    }

    /// <summary>The partitions that a topic has keep their numbers and their records; the new ones come after them.</summary>
    private static Applied AddPartitions(MetadataSnapshot before, AddPartitionsCommand command)
    {
        if (!before.Topics.TryGetValue(command.Name, out var topic))
        {
            return RefuseUnknown(before, command.Name);
        }

        var present = topic.Partitions.Length;
        if (command.PartitionCount < present || command.PartitionCount > MetadataLimits.PartitionsPerTopicMax)
        {
            return Refuse(
                before,
                ErrorCode.InvalidPartitionCount,
                $"Topic '{command.Name}' has {present} partitions and cannot get {command.PartitionCount}: expected {present} "
                + $"to {MetadataLimits.PartitionsPerTopicMax}.");
        }

        if (command.PartitionCount == present)
        {
            return Done(before);
        }

        return command.Placement.Length == command.PartitionCount - present
            && command.Placement.All(brokers => MayHold(before, brokers))
            ? Done(WithMore(before, topic, command.Placement))
            : Refuse(
                before,
                ErrorCode.AssignmentChanged,
                $"Topic '{command.Name}' has {present} partitions by now, or brokers have left, since places for "
                + $"{command.Placement.Length} more were chosen. Ask again.");
    }

    private static MetadataSnapshot WithMore(
        MetadataSnapshot before, TopicInfo topic, ImmutableArray<ImmutableArray<int>> placement)
    {
        var partitions = topic.Partitions.ToBuilder();
        var byGroup = before.ByGroup.ToBuilder();
        var group = before.NextGroupId.Value;
        foreach (var brokers in placement)
        {
            var founders = ImmutableArray.CreateRange(brokers, static broker => new ReplicaId(broker));
            var info = new PartitionInfo(
                topic.Name, partitions.Count, new GroupId(group++), before.Version, founders, founders)
            {
                Config = topic.Config,
            };
            partitions.Add(info);
            byGroup.Add(info.Group, info);
        }

        return before with
        {
            Topics = before.Topics.SetItem(topic.Name, topic with { Partitions = partitions.ToImmutable() }),
            ByGroup = byGroup.ToImmutable(),
            NextGroupId = new GroupId(group),
        };
    }

    private static Applied SetReplicaCount(MetadataSnapshot before, SetReplicaCountCommand command)
    {
        if (!before.Topics.TryGetValue(command.Name, out var topic))
        {
            return RefuseUnknown(before, command.Name);
        }

        return command.ReplicaCount is < 1 or > MetadataLimits.ReplicasMax
            ? Refuse(
                before,
                ErrorCode.InvalidReplicaCount,
                $"Topic '{command.Name}' cannot have {command.ReplicaCount} replicas: expected 1 to {MetadataLimits.ReplicasMax}.")
            : Done(before with
            {
                Topics = before.Topics.SetItem(topic.Name, topic with { ReplicaCount = command.ReplicaCount }),
            });
    }
}
