using System.Collections.Immutable;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// What the leader does to a command before it proposes it: fills in what needs a choice, and refuses what is bound to
/// fail or beyond the operator's limits. Pure.
/// </summary>
internal static class MetadataPreparation
{
    /// <summary>The command to propose, or the result with which it is refused.</summary>
    public static (MetadataCommand? Command, MetadataResult? Refusal) Prepare(
        MetadataCommand command, MetadataSnapshot snapshot, MetadataOptions options) =>
        command switch
        {
            CreateTopicCommand create => PrepareCreate(create, snapshot, options),
            AddPartitionsCommand add => PrepareMore(add, snapshot, options),
            SetReplicaCountCommand set => Checked(command, CheckReplicas(set.Name, set.ReplicaCount, snapshot), snapshot),
            AssignReplicasCommand assign => Checked(command, CheckMove(assign, snapshot), snapshot),
            _ => (command, null),
        };

    private static (MetadataCommand? Command, MetadataResult? Refusal) PrepareCreate(
        CreateTopicCommand create, MetadataSnapshot snapshot, MetadataOptions options)
    {
        var partitions = create.PartitionCount == 0 ? options.PartitionsDefault : create.PartitionCount;
        var replicas = create.ReplicaCount == 0
            ? Math.Min(options.ReplicasDefault, options.BrokerCount)
            : create.ReplicaCount;
        var refusal = CheckCounts(create.Name, partitions, replicas, options) ?? CheckState(create, snapshot, options);
        var brokers = ActiveOf(snapshot);
        if (refusal is null && brokers.Length < replicas)
        {
            refusal = (
                ErrorCode.MetadataNotAvailable,
                $"Topic '{create.Name}' needs {replicas} brokers: only {brokers.Length} are registered and not being drained.");
        }

        if (refusal is { } found)
        {
            return (null, new MetadataResult(found.Error, found.Message, snapshot.Version));
        }

        var placement = Place(snapshot, brokers, partitions, replicas);
        return (create with { PartitionCount = partitions, ReplicaCount = replicas, Placement = placement }, null);
    }

    private static (MetadataCommand? Command, MetadataResult? Refusal) Checked(
        MetadataCommand command, (ErrorCode Error, string Message)? refusal, MetadataSnapshot snapshot) =>
        refusal is { } found ? (null, new MetadataResult(found.Error, found.Message, snapshot.Version)) : (command, null);

    /// <summary>The brokers that new replicas are put on.</summary>
    private static int[] ActiveOf(MetadataSnapshot snapshot) =>
        [.. snapshot.Brokers.Values.Where(static broker => broker.State == BrokerState.Active).Select(static broker => broker.BrokerId)];

    private static ImmutableArray<ImmutableArray<int>> Place(MetadataSnapshot snapshot, int[] brokers, int partitions, int replicas) =>
        Placement.Spread(
            brokers, partitions, replicas, Placement.LoadOf(snapshot), broker => snapshot.Brokers[broker].Rack);

    private static (MetadataCommand? Command, MetadataResult? Refusal) PrepareMore(
        AddPartitionsCommand add, MetadataSnapshot snapshot, MetadataOptions options)
    {
        if (!snapshot.Topics.TryGetValue(add.Name, out var topic) || add.PartitionCount <= topic.Partitions.Length)
        {
            // Applying it says why not, or finds it done.
            return (add with { Placement = [] }, null);
        }

        var brokers = ActiveOf(snapshot);
        var refusal = CheckCounts(add.Name, add.PartitionCount, topic.ReplicaCount, options)
            ?? CheckReplicas(add.Name, topic.ReplicaCount, snapshot);
        return refusal is not null
            ? Checked(add, refusal, snapshot)
            : (add with { Placement = Place(snapshot, brokers, add.PartitionCount - topic.Partitions.Length, topic.ReplicaCount) }, null);
    }

    private static (ErrorCode Error, string Message)? CheckReplicas(string name, int replicas, MetadataSnapshot snapshot)
    {
        var max = Math.Min(ActiveOf(snapshot).Length, MetadataLimits.ReplicasMax);
        return replicas >= 1 && replicas <= max
            ? null
            : (ErrorCode.InvalidReplicaCount, $"Topic '{name}' cannot have {replicas} replicas: expected 1 to {max}.");
    }

    /// <summary>What an operator must not ask for, though it could be done.</summary>
    private static (ErrorCode Error, string Message)? CheckMove(AssignReplicasCommand assign, MetadataSnapshot snapshot)
    {
        if (assign.Expected != LogIndex.Zero
            || !snapshot.ByGroup.TryGetValue(assign.Group, out var partition)
            || !snapshot.Topics.TryGetValue(partition.Topic, out var topic))
        {
            return null;
        }

        foreach (var broker in assign.Brokers)
        {
            if (!snapshot.Brokers.TryGetValue(broker, out var info))
            {
                return (ErrorCode.UnknownBroker, $"{partition} cannot move to broker {broker}: the cluster has brokers [{string.Join(", ", snapshot.Brokers.Keys)}].");
            }

            if (info.State == BrokerState.Draining && partition.ReplicaOn(broker).IsNone)
            {
                return (ErrorCode.InvalidArgument, $"{partition} cannot move to broker {broker}, which is being drained.");
            }
        }

        return assign.Brokers.Length == topic.ReplicaCount
            ? null
            : (ErrorCode.InvalidReplicaCount,
                $"{partition} cannot move to {assign.Brokers.Length} brokers: its topic has {topic.ReplicaCount} replicas of each partition.");
    }

    private static (ErrorCode Error, string Message)? CheckCounts(
        string name, int partitions, int replicas, MetadataOptions options)
    {
        if (!TopicName.IsValid(name))
        {
            return (ErrorCode.InvalidTopicName, $"'{name}' is not a name that a topic may have.");
        }

        var partitionsMax = Math.Min(options.PartitionsPerTopicMax, MetadataLimits.PartitionsPerTopicMax);
        if (partitions < 1 || partitions > partitionsMax)
        {
            return (
                ErrorCode.InvalidPartitionCount,
                $"Topic '{name}' cannot have {partitions} partitions: expected 1 to {partitionsMax}.");
        }

        var replicasMax = Math.Min(options.BrokerCount, MetadataLimits.ReplicasMax);
        return replicas < 1 || replicas > replicasMax
            ? (ErrorCode.InvalidReplicaCount,
                $"Topic '{name}' cannot have {replicas} replicas: expected 1 to {replicasMax}.")
            : null;
    }

    private static (ErrorCode Error, string Message)? CheckState(
        CreateTopicCommand create, MetadataSnapshot snapshot, MetadataOptions options)
    {
        if (snapshot.Topics.TryGetValue(create.Name, out var existing))
        {
            // The same request again goes on: applying it finds what it has done.
            return create.CreationId != 0 && existing.CreationId == create.CreationId
                ? null
                : (ErrorCode.TopicAlreadyExists, $"Topic '{create.Name}' exists already.");
        }

        return snapshot.Topics.Count >= options.TopicsMax
            ? (ErrorCode.TooManyTopics, $"The cluster has {snapshot.Topics.Count} topics, and may have {options.TopicsMax}.")
            : null;
    }
}
