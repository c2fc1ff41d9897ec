using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class PlacementTests
{
    [Fact]
    public void Spread_FromNothing_KeepsReplicasAndLeadersWithinOne()
    {
        for (var brokers = 1; brokers <= 9; brokers++)
        {
            for (var replicas = 1; replicas <= brokers; replicas++)
            {
                for (var partitions = 1; partitions <= 40; partitions++)
                {
                    var placed = Spread(Enumerable.Range(1, brokers), partitions, replicas);
                    var label = $"{brokers} brokers, {replicas} replicas, {partitions} partitions";
                    Assert.Equal(partitions, placed.Length);
                    Assert.All(placed, chosen => Assert.Equal(replicas, chosen.Distinct().Count()));
                    Assert.All(placed, chosen => Assert.Equal(replicas, chosen.Length));
                    AssertWithinOne(brokers, placed.SelectMany(chosen => chosen), $"replicas: {label}");
                    AssertWithinOne(brokers, placed.Select(chosen => chosen[0]), $"leaders: {label}");
                }
            }
        }
    }

    [Fact]
    public void Spread_SameInputInAnotherOrder_GivesTheSame()
    {
        var load = new Dictionary<int, BrokerLoad> { [4] = new(3, 1), [9] = new(1, 1) };
        var one = Placement.Spread([1, 4, 9, 7], 20, 3, load);
        var two = Placement.Spread([9, 7, 4, 1], 20, 3, load);
        Assert.Equal(one.Select(brokers => string.Join(',', brokers)), two.Select(brokers => string.Join(',', brokers)));
    }

    [Fact]
    public void Spread_UnevenLoad_FillsTheEmptiestFirst()
    {
        var load = new Dictionary<int, BrokerLoad> { [1] = new(10, 10), [2] = new(10, 0), [3] = new(8, 0) };
        var placed = Placement.Spread([1, 2, 3], 2, 1, load);
        Assert.Equal([3, 2], placed.Select(brokers => brokers[0]));
        placed = Placement.Spread([1, 2, 3], 1, 2, new Dictionary<int, BrokerLoad> { [1] = new(9, 1), [2] = new(5, 2), [3] = new(4, 3) });
        Assert.Equal([1, 3], placed[0]);
    }

    [Fact]
    public void Spread_OneTopicAfterAnother_StaysBalanced()
    {
        var snapshot = Registered(4);
        var group = 1UL;
        for (var topic = 0; topic < 30; topic++)
        {
            var placed = Placement.Spread([.. snapshot.Brokers.Keys], (topic % 5) + 1, 3, Placement.LoadOf(snapshot));
            foreach (var brokers in placed)
            {
                ImmutableArray<ReplicaId> replicas = [.. brokers.Select(broker => new ReplicaId(broker))];
                var info = new PartitionInfo($"t{topic}", 0, new GroupId(group++), new LogIndex(1), replicas, replicas);
                snapshot = snapshot with { ByGroup = snapshot.ByGroup.Add(info.Group, info) };
            }
        }

        var load = Placement.LoadOf(snapshot);
        Assert.True(load.Values.Max(held => held.Replicas) - load.Values.Min(held => held.Replicas) <= 1);
        Assert.True(load.Values.Max(held => held.Leaders) - load.Values.Min(held => held.Leaders) <= 1);
        Assert.Equal((int)(group - 1) * 3, load.Values.Sum(held => held.Replicas));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Spread_MoreReplicasThanBrokersOrNone_Throws(int replicas) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Spread([1, 2, 3], 1, replicas));

    private static MetadataSnapshot Registered(int count) => MetadataSnapshot.Empty with
    {
        Brokers = Enumerable.Range(1, count)
            .Select(id => new BrokerInfo(id, "h", 1, "p", "", "", id))
            .ToImmutableSortedDictionary(broker => broker.BrokerId, broker => broker),
    };

    private static ImmutableArray<ImmutableArray<int>> Spread(IEnumerable<int> brokers, int partitions, int replicas) =>
        Placement.Spread([.. brokers], partitions, replicas, new Dictionary<int, BrokerLoad>());

    private static void AssertWithinOne(int brokers, IEnumerable<int> uses, string label)
    {
        var counts = Enumerable.Range(1, brokers).ToDictionary(broker => broker, _ => 0);
        foreach (var broker in uses)
        {
            counts[broker]++;
        }

        Assert.True(counts.Values.Max() - counts.Values.Min() <= 1, $"{label}: {string.Join(' ', counts)}");
    }
}
