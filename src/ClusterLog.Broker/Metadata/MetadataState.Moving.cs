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
                ErrorCode.InvalidArgument,
                $"{partition} was assigned anew by entry {partition.AssignedAt} meanwhile: expected entry {command.Expected}.");
        }

        return Done(WithPartition(before, Moved(before, partition, command)));
    }

    private static PartitionInfo Moved(MetadataSnapshot before, PartitionInfo partition, AssignReplicasCommand command)
    {
        var replicas = ImmutableArray.CreateRange(
            command.Brokers,
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
            MovingSince = partition.IsMoving ? partition.MovingSince : command.AskedAt,
        };
    }

    private static Applied Reach(MetadataSnapshot before, ReachAssignmentCommand command) =>
        before.ByGroup.TryGetValue(command.Group, out var partition)
        && partition.IsMoving
        && partition.AssignedAt == command.AssignedAt
            ? Done(WithPartition(before, partition with { Leaving = [], MovesFrom = [], MovingSince = 0 }))
            : Done(before);
}
