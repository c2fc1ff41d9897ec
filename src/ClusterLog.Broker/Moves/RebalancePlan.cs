using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// Levels brokers: first each partition comes to be in as many racks as it can, then brokers come to hold equally many
/// replicas, within one, as far as that costs no partition a rack. Pure and deterministic; each move makes it strictly more
/// level, so it comes to an end.
/// </summary>
internal sealed class RebalancePlan
{
    private readonly BrokerLedger _ledger;
    private readonly List<PartitionInfo> _partitions;
    private readonly Dictionary<GroupId, int[]> _brokers;
    private readonly Dictionary<GroupId, string> _moved = [];
    private readonly int _movesMax;

    private RebalancePlan(MetadataSnapshot snapshot, IReadOnlySet<int> reachable, int movesMax)
    {
        _ledger = new BrokerLedger(snapshot, reachable);
        _partitions = [.. MovePlanner.InOrder(snapshot).Where(partition => IsMovable(partition, reachable))];
        _brokers = _partitions.ToDictionary(
            static partition => partition.Group,
            static partition => partition.Replicas.Select(static replica => replica.Value).ToArray());
        _movesMax = movesMax;
    }

    /// <summary>The moves, each partition at most once; at most so many.</summary>
    public static IReadOnlyList<PlannedMove> Compute(
        MetadataSnapshot snapshot, IReadOnlySet<int> reachable, int movesMax = int.MaxValue)
    {
        var plan = new RebalancePlan(snapshot, reachable, movesMax);
        plan.SpreadOverRacks();
        while (plan.HasRoom && plan.TryLevel())
        {
            // Each time by one replica.
        }

        return [.. plan._partitions.Where(partition => plan._moved.ContainsKey(partition.Group)).Select(partition =>
            new PlannedMove(partition, [.. plan._brokers[partition.Group]], plan._moved[partition.Group]))];
    }

    private bool HasRoom => _moved.Count < _movesMax;

    private static bool IsMovable(PartitionInfo partition, IReadOnlySet<int> reachable) =>
        !partition.IsMoving
        && partition.Replicas.Count(replica => reachable.Contains(replica.Value)) > partition.Replicas.Length / 2;

    private void SpreadOverRacks()
    {
        foreach (var partition in _partitions)
        {
            for (var tries = _brokers[partition.Group].Length; tries > 1 && HasRoom; tries--)
            {
                var brokers = _brokers[partition.Group];
                var worst = _ledger.Worst(brokers);
                int[] others = [.. brokers.Where(broker => broker != worst)];
                if (_ledger.Best(others, avoided: brokers) is not { } best
                    || _ledger.RacksOf([.. others, best]) <= _ledger.RacksOf(brokers))
                {
                    break;
                }

                Replace(partition, worst, best, "it is in fewer racks than it could be");
            }
        }
    }

    private bool TryLevel()
    {
        int[] byLoad = [.. _ledger.Usable.OrderBy(_ledger.ReplicasOf)];
        for (var full = byLoad.Length - 1; full > 0; full--)
        {
            for (var empty = 0; empty < full && IsUneven(byLoad[full], byLoad[empty]); empty++)
            {
                if (_partitions.Find(partition => CanGo(partition, byLoad[full], byLoad[empty])) is { } partition)
                {
                    Replace(partition, byLoad[full], byLoad[empty], "brokers are to hold equally many replicas");
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsUneven(int full, int empty) => _ledger.ReplicasOf(full) - _ledger.ReplicasOf(empty) > 1;

    private bool CanGo(PartitionInfo partition, int from, int to)
    {
        var brokers = _brokers[partition.Group];
        return brokers.Contains(from)
            && !brokers.Contains(to)
            && _ledger.RacksOf(brokers.Select(broker => broker == from ? to : broker)) >= _ledger.RacksOf(brokers);
    }

    private void Replace(PartitionInfo partition, int from, int to, string why)
    {
        var before = _brokers[partition.Group];
        int[] after = [.. before.Select(broker => broker == from ? to : broker)];
        _ledger.Move(before, after);
        _brokers[partition.Group] = after;
        _moved[partition.Group] = why;
    }
}
