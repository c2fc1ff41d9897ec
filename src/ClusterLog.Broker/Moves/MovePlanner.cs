using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// Decides which partitions move next. Pure and deterministic: all follows from the metadata and from who can be reached, so
/// that another leader of the metadata goes on where this one stopped.
/// </summary>
/// <remarks>
/// In this order: replicas of brokers that are gone are rebuilt elsewhere, partitions get as many replicas as their topic is
/// to have, replicas leave brokers that are being drained, and, where that was asked for, brokers are levelled. A partition
/// is left alone where fewer than a majority of its replicas can be reached, before or after; and where too few brokers are
/// there to take a replica, it stays where it is.
/// </remarks>
internal static class MovePlanner
{
    /// <summary>The moves to begin now; none while as many are under way as may be.</summary>
    /// <param name="snapshot">The metadata.</param>
    /// <param name="reachable">The brokers that the metadata's leader can reach, itself among them.</param>
    /// <param name="gone">Those that it has not reached for so long that they are not waited for any more.</param>
    /// <param name="movesMax">How many partitions may move at a time.</param>
    public static IReadOnlyList<PlannedMove> Next(
        MetadataSnapshot snapshot, IReadOnlySet<int> reachable, IReadOnlySet<int> gone, int movesMax)
    {
        var ledger = new BrokerLedger(snapshot, reachable);
        var isUnfit = UnfitOf(snapshot, gone);
        var moves = new List<PlannedMove>();
        var room = movesMax - snapshot.ByGroup.Values.Count(static partition => partition.IsMoving);
        foreach (var partition in InOrder(snapshot).OrderBy(partition => Urgency(snapshot, partition, gone, isUnfit)))
        {
            // One that moves already takes no more room by moving elsewhere: where it goes to may be gone.
            if ((room > 0 || partition.IsMoving)
                && Mended(snapshot, partition, ledger, reachable, isUnfit) is { Length: > 0 } brokers)
            {
                moves.Add(new PlannedMove(partition, brokers, Why(snapshot, partition, gone, isUnfit)));
                room -= partition.IsMoving ? 0 : 1;
            }
        }

        if (moves.Count == 0 && snapshot.IsRebalancing && room > 0)
        {
            moves.AddRange(RebalancePlan.Compute(snapshot, reachable, room));
        }

        return moves;
    }

    /// <summary>The partitions that have something to do other than to be levelled.</summary>
    public static bool IsAnythingUnfit(MetadataSnapshot snapshot, IReadOnlySet<int> gone)
    {
        var isUnfit = UnfitOf(snapshot, gone);
        return snapshot.ByGroup.Values.Any(partition => IsUnfit(snapshot, partition, isUnfit));
    }

    /// <summary>All partitions, by topic and number.</summary>
    public static IEnumerable<PartitionInfo> InOrder(MetadataSnapshot snapshot) => snapshot.ByGroup.Values
        .OrderBy(static partition => partition.Topic, StringComparer.Ordinal)
        .ThenBy(static partition => partition.Partition);

    private static Func<int, bool> UnfitOf(MetadataSnapshot snapshot, IReadOnlySet<int> gone) => broker =>
        gone.Contains(broker)
        || !snapshot.Brokers.TryGetValue(broker, out var info)
        || info.State == BrokerState.Draining;

    private static bool IsUnfit(MetadataSnapshot snapshot, PartitionInfo partition, Func<int, bool> isUnfit) =>
        partition.Replicas.Length != snapshot.Topics[partition.Topic].ReplicaCount
        || partition.Replicas.Any(replica => isUnfit(replica.Value));

    private static int Urgency(
        MetadataSnapshot snapshot, PartitionInfo partition, IReadOnlySet<int> gone, Func<int, bool> isUnfit) =>
        partition.Replicas.Any(replica => gone.Contains(replica.Value)) ? 0
        : partition.Replicas.Length < snapshot.Topics[partition.Topic].ReplicaCount ? 1
        : partition.Replicas.Any(replica => isUnfit(replica.Value)) ? 2
        : 3;

    private static string Why(
        MetadataSnapshot snapshot, PartitionInfo partition, IReadOnlySet<int> gone, Func<int, bool> isUnfit)
    {
        var count = snapshot.Topics[partition.Topic].ReplicaCount;
        return Urgency(snapshot, partition, gone, isUnfit) switch
        {
            0 => $"brokers {Names(partition, gone.Contains)} are gone",
            2 => $"brokers {Names(partition, isUnfit)} are being drained",
            _ => $"its topic is to have {count} replicas",
        };
    }

    private static string Names(PartitionInfo partition, Func<int, bool> isMeant) =>
        string.Join(", ", partition.Replicas.Select(static replica => replica.Value).Where(isMeant));

    /// <summary>The brokers that the partition is to be on; empty where it stays as it is.</summary>
    private static ImmutableArray<int> Mended(
        MetadataSnapshot snapshot,
        PartitionInfo partition,
        BrokerLedger ledger,
        IReadOnlySet<int> reachable,
        Func<int, bool> isUnfit)
    {
        int[] present = [.. partition.Replicas.Select(static replica => replica.Value)];
        if (!IsUnfit(snapshot, partition, isUnfit)
            || (!partition.IsMoving && present.Count(reachable.Contains) <= present.Length / 2))
        {
            return [];
        }

        var count = snapshot.Topics[partition.Topic].ReplicaCount;
        var wanted = present.Where(broker => !isUnfit(broker)).ToList();
        while (wanted.Count < count && ledger.Best(wanted, avoided: present) is { } best)
        {
            wanted.Add(best);
        }

        // For want of others those stay that are there.
        wanted.AddRange(present.Where(isUnfit).Take(Math.Max(0, count - wanted.Count)));
        while (wanted.Count > count)
        {
            wanted.Remove(ledger.Worst(wanted));
        }

        if (wanted.Count == 0
            || wanted.Count(reachable.Contains) <= wanted.Count / 2
            || (wanted.Count == present.Length && wanted.All(present.Contains)))
        {
            return [];
        }

        if (wanted[0] != present[0])
        {
            // Of those that have the records already, whoever leads fewest is the preferred leader from now on.
            var leader = wanted.Where(present.Contains).OrderBy(ledger.LeadersOf).FirstOrDefault(wanted[0]);
            wanted.Remove(leader);
            wanted.Insert(0, leader);
        }

        ledger.Move(present, wanted);
        return [.. wanted];
    }
}
