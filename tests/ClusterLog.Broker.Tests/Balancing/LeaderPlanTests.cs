using System.Collections.Immutable;
using ClusterLog.Broker.Balancing;
using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Balancing;

public sealed class LeaderPlanTests
{
    [Fact]
    public void Of_AllCanLead_IsTheFirstChoices()
    {
        var snapshot = Spread(brokers: 3, partitions: 30, replicas: 3);
        var plan = LeaderPlan.Of(snapshot, new HashSet<int> { 1, 2, 3 });
        Assert.All(snapshot.ByGroup.Values, partition => Assert.Equal(partition.Replicas[0], plan.LeaderOf(partition.Group).Leader));
        Assert.Equal([10, 10, 10], plan.Counts.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_OneCannotLead_SharesWhatItLedAmongTheOthers(int away)
    {
        var snapshot = Spread(brokers: 3, partitions: 30, replicas: 3);
        var able = new HashSet<int> { 1, 2, 3 };
        able.Remove(away);
        var plan = LeaderPlan.Of(snapshot, able);
        Assert.All(plan.Counts.Values, static count => Assert.Equal(15, count));
        Assert.All(
            snapshot.ByGroup.Values.Where(partition => partition.Replicas[0].Value != away),
            partition => Assert.Equal(partition.Replicas[0], plan.LeaderOf(partition.Group).Leader));
    }

    [Fact]
    public void Of_FirstChoicesAreUnequal_LevelsThemWithinOne()
    {
        var snapshot = Snapshot(Enumerable.Range(0, 10).Select(_ => new[] { 1, 2, 3 }));
        var plan = LeaderPlan.Of(snapshot, new HashSet<int> { 1, 2, 3 });
        Assert.Equal([3, 3, 4], plan.Counts.Values.Order());
    }

    [Fact]
    public void Of_TheTwoThatDifferShareNoPartition_LevelsOverAThird()
    {
        var snapshot = Snapshot([[1, 2], [1, 2], [1, 2], [1, 2], [2, 3], [2, 3]]);
        var plan = LeaderPlan.Of(snapshot, new HashSet<int> { 1, 2, 3 });
        Assert.All(plan.Counts.Values, static count => Assert.Equal(2, count));
        Assert.All(snapshot.ByGroup.Values, partition => Assert.Contains(plan.LeaderOf(partition.Group).Leader, partition.Replicas));
    }

    [Fact]
    public void Of_NobodyElseHoldsThem_LeavesThemWhereTheyAre()
    {
        var snapshot = Snapshot([[1], [1], [1], [2]]);
        var plan = LeaderPlan.Of(snapshot, new HashSet<int> { 1, 2 });
        Assert.Equal([3, 1], [plan.Counts[1], plan.Counts[2]]);
        var none = LeaderPlan.Of(snapshot, new HashSet<int> { 2 });
        Assert.True(none.LeaderOf(new GroupId(1)).Leader.IsNone);
    }

    [Fact]
    public void Of_ASmallDifference_CanWaitAndALargeOneCannot()
    {
        var small = LeaderPlan.Of(
            Snapshot([[1, 2], [1, 2], [1, 2], [2, 1]]), new HashSet<int> { 1, 2 });
        Assert.Single(Enumerable.Range(1, 4), group => small.LeaderOf(new GroupId((ulong)group)).CanWait);
        var large = LeaderPlan.Of(
            Snapshot(Enumerable.Range(0, 20).Select(static _ => new[] { 1, 2 })), new HashSet<int> { 1, 2 });
        Assert.DoesNotContain(Enumerable.Range(1, 20), group => large.LeaderOf(new GroupId((ulong)group)).CanWait);
        Assert.Equal([10, 10], large.Counts.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_RandomPlacements_IsWithinOneWhereEveryBrokerHoldsEnough(int seed)
    {
        var random = new Random(seed);
        int[] brokers = [1, 2, 3, 4, 5];
        var partitions = Enumerable.Range(0, 500).Select(_ =>
        {
            random.Shuffle(brokers);
            return brokers[..3];
        }).ToArray();
        var snapshot = Snapshot(partitions);
        var able = new HashSet<int> { 1, 2, 4, 5 };
        var counts = LeaderPlan.Of(snapshot, able).Counts.Values.ToArray();
        Assert.True(counts.Max() - counts.Min() <= 1, $"seed {seed}: {string.Join(", ", counts)}");
        Assert.Equal(500, counts.Sum());
    }

    private static MetadataSnapshot Spread(int brokers, int partitions, int replicas) => Snapshot(
        Placement.Spread([.. Enumerable.Range(1, brokers)], partitions, replicas, new Dictionary<int, BrokerLoad>())
            .Select(static placed => placed.ToArray()));

    private static MetadataSnapshot Snapshot(IEnumerable<int[]> partitions) => new()
    {
        ByGroup = partitions.Select(static (brokers, i) =>
        {
            ImmutableArray<ReplicaId> replicas = [.. brokers.Select(static broker => new ReplicaId(broker))];
            return new PartitionInfo("t", i, new GroupId((ulong)i + 1), new LogIndex(1), replicas, replicas);
        }).ToImmutableDictionary(static partition => partition.Group),
    };
}
