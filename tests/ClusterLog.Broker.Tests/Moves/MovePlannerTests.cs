using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Moves;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Moves;

/// <summary>What the planner decides, as a function of the metadata and of who is there.</summary>
public sealed class MovePlannerTests
{
    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);
    private ulong _index;

    [Fact]
    public void Next_WhereAllIsWell_MovesNothing()
    {
        Register(5);
        Create("t", 3, [1, 2, 3], [2, 3, 4]);
        Assert.Empty(Next(reachable: [1, 2, 3, 4, 5]));

        // Out of reach is not gone yet.
        Assert.Empty(Next(reachable: [1, 2, 4, 5]));
    }

    [Fact]
    public void Next_WhereABrokerIsGone_RebuildsItsReplicasOnTheLeastLoaded()
    {
        Register(5);
        Create("t", 3, [3, 1, 2], [2, 3, 4], [1, 2, 4]);
        var moves = Next(reachable: [1, 2, 4, 5], gone: [3]);
        Assert.Equal([[1, 2, 5], [2, 4, 5]], moves.Select(move => move.Brokers.ToArray()));
        Assert.All(moves, move => Assert.Contains("brokers 3 are gone", move.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void Next_WhereNoBrokerIsLeftToTakeIt_LeavesTheReplicaWhereItIs()
    {
        Register(3);
        Create("t", 3, [1, 2, 3]);
        Assert.Empty(Next(reachable: [1, 2], gone: [3]));
    }

    [Fact]
    public void Next_WhereAMajorityIsOutOfReach_MovesNothing()
    {
        Register(6);
        Create("t", 3, [1, 2, 3]);
        Assert.Empty(Next(reachable: [1, 4, 5, 6], gone: [2, 3]));
        Assert.Empty(Next(reachable: [1, 4, 5, 6], gone: [3]));
    }

    [Fact]
    public void Next_WithABrokerThatIsDrained_TakesItsReplicasOffAndPutsNoneThere()
    {
        Register(5);
        Create("t", 3, [1, 2, 3]);
        Apply(new SetBrokerStateCommand(1, BrokerState.Draining));
        Apply(new SetBrokerStateCommand(4, BrokerState.Draining));
        var move = Assert.Single(Next(reachable: [1, 2, 3, 4, 5]));
        Assert.Equal([2, 3, 5], move.Brokers.Order());
        Assert.Contains("drained", move.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_WithMoreToDoThanMayMove_GoesOnOnceOneIsThrough()
    {
        Register(4);
        Create("t", 3, [1, 2, 3], [1, 2, 3], [1, 2, 3]);
        Apply(new SetBrokerStateCommand(1, BrokerState.Draining));
        var first = Assert.Single(Next(reachable: [1, 2, 3, 4], movesMax: 1));
        Carry(first);
        Assert.Empty(Next(reachable: [1, 2, 3, 4], movesMax: 1));
        Reach(first.Partition.Group);
        Assert.NotEqual(first.Partition.Group, Assert.Single(Next(reachable: [1, 2, 3, 4], movesMax: 1)).Partition.Group);
    }

    [Fact]
    public void Next_WhereTheTargetOfAMoveIsGone_MovesItElsewhereThoughAsManyMoveAsMay()
    {
        Register(5);
        Create("t", 3, [1, 2, 3]);
        Apply(new AssignReplicasCommand(new GroupId(1), [1, 2, 4]));
        var move = Assert.Single(Next(reachable: [1, 2, 3, 5], gone: [4], movesMax: 1));
        Assert.Equal([1, 2], move.Brokers.Take(2));
        Assert.Contains(move.Brokers[2], (int[])[3, 5]);
    }

    [Fact]
    public void Next_WithAnotherNumberOfReplicas_AddsThemInOtherRacksAndTakesTheWorstAway()
    {
        Register(5, "a", "a", "b", "b", "c");
        Create("t", 2, [1, 3]);
        Apply(new SetReplicaCountCommand("t", 3));
        Assert.Equal([1, 3, 5], Assert.Single(Next(reachable: [1, 2, 3, 4, 5])).Brokers);

        Apply(new SetReplicaCountCommand("t", 1));
        Assert.Equal([1], Assert.Single(Next(reachable: [1, 2, 3, 4, 5])).Brokers);
    }

    [Fact]
    public void Rebalance_OfAnEmptyBroker_LevelsWithinOneAndComesToAnEnd()
    {
        Register(3);
        Create("t", 2, [.. Enumerable.Repeat<int[]>([1, 2], 12)]);
        Apply(new SetRebalancingCommand(true));
        var rounds = 0;
        while (Next(reachable: [1, 2, 3], movesMax: 4) is { Count: > 0 } moves)
        {
            Assert.True(++rounds < 20, "the rebalancing does not come to an end");
            Assert.True(moves.Count <= 4);
            foreach (var move in moves)
            {
                Carry(move);
                Reach(move.Partition.Group);
            }
        }

        var load = Placement.LoadOf(_state.Snapshot);
        Assert.InRange(load.Values.Max(held => held.Replicas) - load.Values.Min(held => held.Replicas), 0, 1);
        Assert.All(_state.Snapshot.ByGroup.Values, partition =>
            Assert.Equal(2, partition.Replicas.DistinctBy(replica => replica.Value).Count()));
        Assert.Equal(24, load.Values.Sum(held => held.Replicas));
    }

    [Fact]
    public void Rebalance_WithRacks_SpreadsEachPartitionFirstAndNeverGivesARackUp()
    {
        Register(4, "a", "a", "b", "b");
        Create("t", 2, [1, 2], [1, 2], [1, 3], [2, 4]);
        var moves = RebalancePlan.Compute(_state.Snapshot, new HashSet<int> { 1, 2, 3, 4 });
        var after = _state.Snapshot.ByGroup.Values.ToDictionary(
            partition => partition.Group, partition => partition.Replicas.Select(replica => replica.Value).ToArray());
        foreach (var move in moves)
        {
            after[move.Partition.Group] = [.. move.Brokers];
        }

        Assert.All(after.Values, brokers => Assert.Equal(2, brokers.Select(broker => (broker - 1) / 2).Distinct().Count()));
        var counts = after.Values.SelectMany(brokers => brokers).CountBy(broker => broker).Select(pair => pair.Value).ToArray();
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Next_OfAnything_KeepsAReachableMajorityAndUsesFitBrokersOnly(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var planner = new MovePlannerTests();
            var brokers = random.Next(1, 8);
            planner.Register(brokers, [.. Enumerable.Range(0, brokers).Select(_ => random.Next(3) == 0 ? "" : $"r{random.Next(3)}")]);
            var replicas = random.Next(1, Math.Min(brokers, 5) + 1);
            planner.Create("t", replicas, [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Draw(random, brokers, replicas))]);
            planner.Apply(new SetBrokerStateCommand(random.Next(1, brokers + 1), BrokerState.Draining));
            planner.Apply(new SetReplicaCountCommand("t", random.Next(1, 6)));
            HashSet<int> reachable = [.. Draw(random, brokers, random.Next(1, brokers + 1))];
            HashSet<int> gone = [.. Enumerable.Range(1, brokers).Where(broker => !reachable.Contains(broker) && random.Next(2) == 0)];
            foreach (var move in MovePlanner.Next(planner._state.Snapshot, reachable, gone, 3))
            {
                int[] before = [.. move.Partition.Replicas.Select(replica => replica.Value)];
                var said = $"seed {seed}, round {round}: {move.Partition} from {string.Join(' ', before)} to {string.Join(' ', move.Brokers)}";
                Assert.True(move.Brokers.Distinct().Count() == move.Brokers.Length, said);
                Assert.True(before.Count(reachable.Contains) > before.Length / 2, said);
                Assert.True(move.Brokers.Count(reachable.Contains) > move.Brokers.Length / 2, said);
                Assert.True(move.Brokers.Except(before).All(added =>
                    reachable.Contains(added) && planner._state.Snapshot.Brokers[added].State == BrokerState.Active), said);
            }
        }
    }

    private static int[] Draw(Random random, int brokers, int count)
    {
        int[] all = [.. Enumerable.Range(1, brokers)];
        random.Shuffle(all);
        return all[..count];
    }

    private IReadOnlyList<PlannedMove> Next(int[] reachable, int[]? gone = null, int movesMax = 100) =>
        MovePlanner.Next(_state.Snapshot, reachable.ToHashSet(), (gone ?? []).ToHashSet(), movesMax);

    private void Carry(PlannedMove move) => Assert.True(Apply(
        new AssignReplicasCommand(move.Partition.Group, move.Brokers) { Expected = move.Partition.AssignedAt }).IsOk);

    private void Reach(GroupId group) =>
        Apply(new ReachAssignmentCommand(group, _state.Snapshot.ByGroup[group].AssignedAt));

    private void Register(int brokers, params string[] racks)
    {
        for (var broker = 1; broker <= brokers; broker++)
        {
            Apply(new RegisterBrokerCommand(new BrokerInfo(broker, "h", 1, "p:1", "", "v", broker)
            {
                Rack = racks.Length == 0 ? "" : racks[broker - 1],
            }));
        }
    }

    private void Create(string name, int replicas, params int[][] placement) => Assert.Equal(ErrorCode.None, Apply(
        new CreateTopicCommand(
            name, placement.Length, replicas, 5, [.. placement.Select(brokers => brokers.ToImmutableArray())])).Error);

    private MetadataResult Apply(MetadataCommand command) =>
        _state.Apply(new LogIndex(++_index), MetadataCommandCodec.Encode(command));
}
