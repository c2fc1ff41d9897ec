using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

/// <summary>What the metadata keeps of a move, from the assignment to the report that the group has followed.</summary>
public sealed class MovingTests
{
    private static readonly GroupId Group = new(1);

    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);
    private ulong _index;

    private PartitionInfo Partition => _state.Snapshot.ByGroup[Group];

    [Fact]
    public void Assign_AwayFromAMajorityAndBack_GivesTheSameReplicasBack()
    {
        Prepare();
        var before = Partition.Replicas;
        var away = Assign(1, 4, 5);
        Assert.Equal([new ReplicaId(1), New(4, away), New(5, away)], Partition.Replicas);
        Assert.Equal([new ReplicaId(2), new ReplicaId(3)], Partition.Leaving);
        Assert.Equal([1, 2, 3], Partition.MovesFrom);
        Assert.Equal(new ReplicaId(2), Partition.RunningOn(2));
        Assert.True(Partition.ReplicaOn(2).IsNone);

        // The group may still count on two of them: they must be who they were.
        var back = Assign(1, 2, 3);
        Assert.Equal(before.AsEnumerable(), Partition.Replicas);
        Assert.Equal([New(4, away), New(5, away)], Partition.Leaving);
        Assert.True(Partition.IsMoving);
        Assert.Equal(back, Partition.AssignedAt);

        // Away again, to those that are on their way out.
        Assign(5, 4);
        Assert.Equal([New(5, away), New(4, away)], Partition.Replicas);
        Assert.Equal([new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)], Partition.Leaving);
        Assert.Equal([1, 2, 3], Partition.MovesFrom);
    }

    [Fact]
    public void Reach_OfTheLatestAssignment_EndsTheMoveAndWhoComesBackIsAnother()
    {
        Prepare();
        var away = Assign(1, 4, 5);
        Assert.True(Apply(new ReachAssignmentCommand(Group, away)).IsOk);
        Assert.False(Partition.IsMoving);
        Assert.Empty(Partition.Leaving);
        Assert.True(Partition.RunningOn(2).IsNone);
        var ended = _state.Snapshot;
        Assert.True(Apply(new ReachAssignmentCommand(Group, away)).IsOk);
        Assert.Same(ended.ByGroup, _state.Snapshot.ByGroup);

        var back = Assign(1, 2, 4);
        Assert.Equal([new ReplicaId(1), New(2, back), New(4, away)], Partition.Replicas);
        Assert.Equal([New(5, away)], Partition.Leaving);
    }

    [Fact]
    public void Reach_OfAnAssignmentThatWasOvertaken_ChangesNothing()
    {
        Prepare();
        var away = Assign(1, 4, 5);
        Assign(1, 2, 3);
        var moving = Partition;
        Assert.True(Apply(new ReachAssignmentCommand(Group, away)).IsOk);
        Assert.Same(moving, Partition);
        Assert.True(Apply(new ReachAssignmentCommand(new GroupId(99), away)).IsOk);
    }

    [Fact]
    public void Assign_OfTheSameBrokers_MovesNothing()
    {
        Prepare();
        var created = Partition.AssignedAt;
        Assign(3, 1, 2);
        Assert.Equal([new ReplicaId(3), new ReplicaId(1), new ReplicaId(2)], Partition.Replicas);
        Assert.Equal(created, Partition.AssignedAt);
        Assert.False(Partition.IsMoving);
    }

    [Fact]
    public void Assign_WhereAnotherCameBetween_IsRefused()
    {
        Prepare();
        var seen = Partition.AssignedAt;
        Assign(1, 2, 4);
        var moved = Partition;
        var refused = Apply(new AssignReplicasCommand(Group, [1, 2, 5]) { Expected = seen, AskedAt = 77 });
        Assert.Equal(ErrorCode.AssignmentChanged, refused.Error);
        Assert.Same(moved, Partition);
        Assert.True(Apply(new AssignReplicasCommand(Group, [1, 2, 5]) { Expected = moved.AssignedAt }).IsOk);
    }

    [Fact]
    public void Replace_WhileAReplicaLeaves_LeavesTheOthersAlone()
    {
        Prepare();
        var away = Assign(1, 4, 5);
        Apply(new ReplaceReplicaCommand(Group, New(4, away), 14));
        Assert.Equal([new ReplicaId(1), New(4, new LogIndex(_index)), New(5, away)], Partition.Replicas);
        Assert.Equal([new ReplicaId(2), new ReplicaId(3)], Partition.Leaving);
        Assert.Equal(new LogIndex(_index), Partition.AssignedAt);

        // A report as of before the replacement says nothing of today.
        Apply(new ReachAssignmentCommand(Group, away));
        Assert.True(Partition.IsMoving);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyCommands_NeverGiveABrokerANewReplicaWhileAnotherMayBeCountedOn(int seed)
    {
        var random = new Random(seed);
        Prepare();
        for (var round = 0; round < 400; round++)
        {
            var before = Partition;
            var isReport = random.Next(3) == 0;
            MetadataCommand command = isReport
                ? new ReachAssignmentCommand(Group, new LogIndex(before.AssignedAt.Value - (ulong)random.Next(2)))
                : new AssignReplicasCommand(Group, [.. Draw(random)]);
            Apply(command);
            var after = Partition;
            foreach (var held in before.Replicas.Concat(before.Leaving))
            {
                var now = after.RunningOn(held.Value);
                Assert.True(
                    now == held || (now.IsNone && isReport && before.Leaving.Contains(held)),
                    $"seed {seed}, round {round}: {command} made {held} become {now}");
            }

            Assert.Equal(after.IsMoving, !after.MovesFrom.IsEmpty);
            Assert.True(after.IsMoving || after.Leaving.IsEmpty, $"seed {seed}, round {round}");
            var captured = MetadataSnapshotCodec.Decode(MetadataSnapshotCodec.Encode(_state.Snapshot)).ByGroup[Group];
            Assert.Equal(
                (after.AssignedAt, after.MovingSince, after.Replicas.Length), (captured.AssignedAt, captured.MovingSince, captured.Replicas.Length));
            Assert.Equal(after.Leaving.AsEnumerable(), captured.Leaving);
            Assert.Equal(after.MovesFrom.AsEnumerable(), captured.MovesFrom);
        }
    }

    [Fact]
    public void AssignWithItsCondition_EncodedAndDecoded_IsTheSame()
    {
        var command = new AssignReplicasCommand(Group, [3, 1]) { Expected = new LogIndex(9), AskedAt = long.MaxValue };
        var read = Assert.IsType<AssignReplicasCommand>(MetadataCommandCodec.Decode(MetadataCommandCodec.Encode(command), out _));
        Assert.Equal((command.Group, command.Expected, command.AskedAt), (read.Group, read.Expected, read.AskedAt));
        Assert.Equal([3, 1], read.Brokers);
    }

    private static ReplicaId New(int broker, LogIndex placedAt) => new(broker, (uint)placedAt.Value);

    private static IEnumerable<int> Draw(Random random)
    {
        int[] brokers = [1, 2, 3, 4, 5];
        random.Shuffle(brokers);
        return brokers.Take(random.Next(1, 5));
    }

    private LogIndex Assign(params int[] brokers)
    {
        Assert.True(Apply(new AssignReplicasCommand(Group, [.. brokers]) { AskedAt = 1000 }).IsOk);
        return new LogIndex(_index);
    }

    private void Prepare()
    {
        for (var broker = 1; broker <= 5; broker++)
        {
            Apply(new RegisterBrokerCommand(new BrokerInfo(broker, "h", 1, "p:1", "", "v", broker)));
        }

        Assert.True(Apply(new CreateTopicCommand("t", 1, 3, 5, [[1, 2, 3]])).IsOk);
    }

    private MetadataResult Apply(MetadataCommand command) =>
        _state.Apply(new LogIndex(++_index), MetadataCommandCodec.Encode(command));
}
