using System.Globalization;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Metadata;

/// <content>Brokers that are to leave, that stay after all, and that have left.</content>
internal sealed partial class MetadataState
{
    /// <summary>The most replicas that a refusal names; the rest are counted.</summary>
    private const int ReplicasNamedMax = 10;

    private static Applied SetState(MetadataSnapshot before, SetBrokerStateCommand command)
    {
        if (!before.Brokers.TryGetValue(command.BrokerId, out var broker))
        {
            return RefuseUnknownBroker(before, command.BrokerId);
        }

        if (command.State is not (BrokerState.Active or BrokerState.Draining))
        {
            return Refuse(
                before, ErrorCode.InvalidArgument, $"Broker {command.BrokerId} cannot be in state {(int)command.State}.");
        }

        if (command.State == BrokerState.Draining && IsLastActive(before, command.BrokerId))
        {
            return Refuse(
                before,
                ErrorCode.InvalidArgument,
                $"Broker {command.BrokerId} cannot be drained: no other broker is active that could take what it holds.");
        }

        return Done(broker.State == command.State
            ? before
            : before with { Brokers = before.Brokers.SetItem(command.BrokerId, broker with { State = command.State }) });
    }

    private static Applied Remove(MetadataSnapshot before, int id)
    {
        if (!before.Brokers.ContainsKey(id))
        {
            return RefuseUnknownBroker(before, id);
        }

        if (IsLastActive(before, id))
        {
            return Refuse(
                before, ErrorCode.InvalidArgument, $"Broker {id} cannot be removed: no other broker is active.");
        }

        return WhatHolds(before, id) is { } held
            ? Refuse(before, ErrorCode.BrokerNotEmpty, $"Broker {id} cannot be removed while it holds {held}.")
            : Done(before with { Brokers = before.Brokers.Remove(id) });
    }

    /// <summary>Whether no other broker is active.</summary>
    private static bool IsLastActive(MetadataSnapshot before, int id) =>
        !before.Brokers.Values.Any(other => other.BrokerId != id && other.State == BrokerState.Active);

    /// <summary>The partitions of which a broker holds replicas, in words; null where there are none.</summary>
    private static string? WhatHolds(MetadataSnapshot before, int id)
    {
        var held = before.ByGroup.Values.Where(partition => !partition.RunningOn(id).IsNone).ToArray();
        if (held.Length == 0)
        {
            return null;
        }

        var named = held
            .OrderBy(static partition => partition.Topic, StringComparer.Ordinal)
            .ThenBy(static partition => partition.Partition)
            .Take(ReplicasNamedMax)
            .Select(static partition => partition.ToString());
        var rest = held.Length > ReplicasNamedMax
            ? string.Create(CultureInfo.InvariantCulture, $" and {held.Length - ReplicasNamedMax} more")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{held.Length} {(held.Length == 1 ? "replica" : "replicas")}: {string.Join(", ", named)}{rest}");
    }

    private static Applied RefuseUnknownBroker(MetadataSnapshot before, int id) => Refuse(
        before,
        ErrorCode.UnknownBroker,
        $"Broker {id} is not in the cluster: it has brokers [{string.Join(", ", before.Brokers.Keys)}].");
}
