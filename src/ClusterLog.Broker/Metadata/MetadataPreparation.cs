using ClusterLog.Protocol;

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
        command is CreateTopicCommand create ? PrepareCreate(create, snapshot, options) : (command, null);

    private static (MetadataCommand? Command, MetadataResult? Refusal) PrepareCreate(
        CreateTopicCommand create, MetadataSnapshot snapshot, MetadataOptions options)
    {
        var partitions = create.PartitionCount == 0 ? options.PartitionsDefault : create.PartitionCount;
        var replicas = create.ReplicaCount == 0
            ? Math.Min(options.ReplicasDefault, options.BrokerCount)
            : create.ReplicaCount;
        var refusal = CheckCounts(create.Name, partitions, replicas, options) ?? CheckState(create, snapshot, options);
        if (refusal is null && snapshot.Brokers.Count < replicas)
        {
            refusal = (
                ErrorCode.MetadataNotAvailable,
                $"Topic '{create.Name}' needs {replicas} brokers: only {snapshot.Brokers.Count} have registered so far.");
        }

        if (refusal is { } found)
        {
            return (null, new MetadataResult(found.Error, found.Message, snapshot.Version));
        }

        var placement = Placement.Spread([.. snapshot.Brokers.Keys], partitions, replicas, Placement.LoadOf(snapshot));
        return (create with { PartitionCount = partitions, ReplicaCount = replicas, Placement = placement }, null);
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
