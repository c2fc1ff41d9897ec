using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class MetadataStateTests
{
    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);
    private ulong _index;

    [Fact]
    public void Apply_RegisterBroker_ShowsItAndReplacesItsAddresses()
    {
        var first = Broker(3);
        var second = first with { ClientHost = "elsewhere", ClientPort = 1 };
        Assert.True(Apply(new RegisterBrokerCommand(first)).IsOk);
        Assert.Equal(first with { DirectorySince = new LogIndex(1) }, _state.Snapshot.Brokers[3]);
        Assert.True(Apply(new RegisterBrokerCommand(second)).IsOk);
        Assert.Equal(second with { DirectorySince = new LogIndex(1) }, Assert.Single(_state.Snapshot.Brokers).Value);
    }

    [Fact]
    public void Apply_RegisterBrokerWithANewDirectory_CountsItFromThere()
    {
        Apply(new RegisterBrokerCommand(Broker(3)));
        Apply(new RegisterBrokerCommand(Broker(3) with { DirectoryId = 12345 }));
        Assert.Equal(new LogIndex(2), _state.Snapshot.Brokers[3].DirectorySince);
    }

    [Fact]
    public void Apply_AssignReplicas_KeepsThoseThatStayAndNamesTheOthersAnew()
    {
        RegisterThree();
        Apply(Create("orders", [[1, 2]]));
        var group = new GroupId(1);
        Assert.True(Apply(new AssignReplicasCommand(group, [2, 3])).IsOk);
        var moved = _state.Snapshot.ByGroup[group];
        Assert.Equal([new ReplicaId(2), new ReplicaId(3, 5)], moved.Replicas);
        Assert.Equal([new ReplicaId(1), new ReplicaId(2)], moved.Founders);
        Assert.Same(moved, _state.Snapshot.Topics["orders"].Partitions[0]);
        Assert.Equal(new LogIndex(4), moved.PlacedAt(new ReplicaId(2)));
        Assert.Equal(new LogIndex(5), moved.PlacedAt(new ReplicaId(3, 5)));

        // A founder that left and comes back is not the one that left, once that one is known to be out.
        Assert.True(Apply(new ReachAssignmentCommand(group, new LogIndex(5))).IsOk);
        Assert.True(Apply(new AssignReplicasCommand(group, [1, 2, 3])).IsOk);
        Assert.Equal(
            [new ReplicaId(1, 7), new ReplicaId(2), new ReplicaId(3, 5)], _state.Snapshot.ByGroup[group].Replicas);
        Assert.Equal(new ReplicaId(1, 7), _state.Snapshot.ByGroup[group].ReplicaOn(1));
        Assert.True(_state.Snapshot.ByGroup[group].ReplicaOn(4).IsNone);
    }

    [Fact]
    public void Apply_AssignReplicasThatCannotBe_IsRefused()
    {
        RegisterThree();
        Apply(Create("orders", [[1, 2]]));
        AssertRefused(ErrorCode.UnknownTopic, new AssignReplicasCommand(new GroupId(2), [1]));
        AssertRefused(ErrorCode.InvalidReplicaCount, new AssignReplicasCommand(new GroupId(1), []));
        AssertRefused(ErrorCode.InvalidReplicaCount, new AssignReplicasCommand(new GroupId(1), [1, 1]));
        AssertRefused(ErrorCode.InvalidReplicaCount, new AssignReplicasCommand(new GroupId(1), [1, 4]));
    }

    [Theory]
    [InlineData(0, 9000, 1)]
    [InlineData(-1, 9000, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 65536, 1)]
    [InlineData(1, 9000, MetadataLimits.BrokerTextLengthMax + 1)]
    public void Apply_RegisterBrokerOutOfRange_IsInvalidArgument(int id, int port, int hostLength)
    {
        var broker = new BrokerInfo(id, new string('h', hostLength), port, "p:1", "h:1", "1", 7);
        AssertRefused(ErrorCode.InvalidArgument, new RegisterBrokerCommand(broker));
    }

    [Fact]
    public void Apply_CreateTopic_GivesEachPartitionAGroupOfItsOwn()
    {
        RegisterThree();
        var result = Apply(Create("orders", [[1, 2, 3], [2, 3, 1]], creationId: 77));
        Assert.Equal(new MetadataResult(ErrorCode.None, "", new LogIndex(4)), result);
        var snapshot = _state.Snapshot;
        Assert.Equal(new LogIndex(4), snapshot.Version);
        var topic = snapshot.Topics["orders"];
        Assert.Equal(("orders", 3, new LogIndex(4), 77L), (topic.Name, topic.ReplicaCount, topic.CreatedAt, topic.CreationId));
        Assert.Equal([new GroupId(1), new GroupId(2)], topic.Partitions.Select(partition => partition.Group));
        Assert.Equal([2, 3, 1], topic.Partitions[1].Replicas.Select(replica => replica.Value));
        Assert.Same(topic.Partitions[1], snapshot.ByGroup[new GroupId(2)]);
        Assert.Same(topic.Partitions[0], snapshot.FindPartition("orders", 0));
        Assert.Null(snapshot.FindPartition("orders", 2));
        Assert.Null(snapshot.FindPartition("orders", -1));
        Assert.Null(snapshot.FindPartition("Orders", 0));
        Assert.Equal(new GroupId(3), snapshot.NextGroupId);
    }

    [Fact]
    public void Apply_CreateTopicThatExists_IsRefusedUnlessItIsTheSameRequest()
    {
        RegisterThree();
        Assert.True(Apply(Create("a", [[1]], creationId: 5)).IsOk);
        AssertRefused(ErrorCode.TopicAlreadyExists, Create("a", [[1]], creationId: 6));
        var repeated = Apply(Create("a", [[2]], creationId: 5));
        Assert.True(repeated.IsOk);
        Assert.Equal([1], _state.Snapshot.Topics["a"].Partitions[0].Replicas.Select(replica => replica.Value));
        Assert.True(Apply(Create("b", [[1]], creationId: 0)).IsOk);
        AssertRefused(ErrorCode.TopicAlreadyExists, Create("b", [[1]], creationId: 0));
    }

    public static TheoryData<string, int, int, int[][], ErrorCode> BadCreations => new()
    {
        { "", 1, 1, [[1]], ErrorCode.InvalidTopicName },
        { "..", 1, 1, [[1]], ErrorCode.InvalidTopicName },
        { "a/b", 1, 1, [[1]], ErrorCode.InvalidTopicName },
        { "ok", 0, 1, [], ErrorCode.InvalidPartitionCount },
        { "ok", -1, 1, [], ErrorCode.InvalidPartitionCount },
        { "ok", 2, 1, [[1]], ErrorCode.InvalidPartitionCount },
        { "ok", 1, 1, [], ErrorCode.InvalidPartitionCount },
        { "ok", 1, 0, [[]], ErrorCode.InvalidReplicaCount },
        { "ok", 1, 2, [[1]], ErrorCode.InvalidReplicaCount },
        { "ok", 1, 2, [[1, 1]], ErrorCode.InvalidReplicaCount },
        { "ok", 1, 2, [[1, 9]], ErrorCode.InvalidReplicaCount },
        { "ok", 2, 1, [[1], [4]], ErrorCode.InvalidReplicaCount },
    };

    [Theory]
    [MemberData(nameof(BadCreations))]
    public void Apply_CreateTopicThatBreaksARule_IsRefused(
        string name, int partitions, int replicas, int[][] placement, ErrorCode expected)
    {
        RegisterThree();
        var command = new CreateTopicCommand(
            name, partitions, replicas, 1, [.. placement.Select(brokers => brokers.ToImmutableArray())]);
        AssertRefused(expected, command);
    }

    [Fact]
    public void Apply_DeleteTopic_RemovesItAndNeverUsesItsGroupsAgain()
    {
        RegisterThree();
        Apply(Create("a", [[1], [2], [3]]));
        Assert.True(Apply(new DeleteTopicCommand("a")).IsOk);
        Assert.Empty(_state.Snapshot.Topics);
        Assert.Empty(_state.Snapshot.ByGroup);
        AssertRefused(ErrorCode.UnknownTopic, new DeleteTopicCommand("a"));
        Apply(Create("a", [[1]]));
        Assert.Equal(new GroupId(4), _state.Snapshot.Topics["a"].Partitions[0].Group);
    }

    [Fact]
    public void Apply_AllocateProducerIds_GivesBlocksThatDoNotOverlap()
    {
        Assert.Equal(1, Apply(new AllocateProducerIdsCommand(1000)).Payload);
        Assert.Equal(1001, Apply(new AllocateProducerIdsCommand(1)).Payload);
        Assert.Equal(1002, Apply(new AllocateProducerIdsCommand(MetadataLimits.ProducerIdBlockMax)).Payload);
        AssertRefused(ErrorCode.InvalidArgument, new AllocateProducerIdsCommand(0));
        AssertRefused(ErrorCode.InvalidArgument, new AllocateProducerIdsCommand(-1));
        AssertRefused(ErrorCode.InvalidArgument, new AllocateProducerIdsCommand(MetadataLimits.ProducerIdBlockMax + 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1")]
    [InlineData("9163")]
    [InlineData("9103")]
    [InlineData("920301")]
    [InlineData("90")]
    public void Apply_BytesThatAreNoCommand_IsInternalAndChangesNothing(string hex)
    {
        RegisterThree();
        var before = _state.Snapshot;
        var result = _state.Apply(new LogIndex(++_index), Convert.FromHexString(hex));
        Assert.Equal(ErrorCode.Internal, result.Error);
        Assert.Contains("entry 4", result.Message, StringComparison.Ordinal);
        Assert.Equal(MetadataText.Of(before with { Version = new LogIndex(4) }), MetadataText.Of(_state.Snapshot));
    }

    [Fact]
    public void Apply_IndexThatDoesNotRise_Throws()
    {
        RegisterThree();
        Assert.Throws<InvalidOperationException>(
            () => _state.Apply(new LogIndex(3), MetadataCommandCodec.Encode(new DeleteTopicCommand("a"))));
    }

    [Fact]
    public void Skip_Entry_RaisesTheVersionOnly()
    {
        RegisterThree();
        var before = _state.Snapshot;
        _state.Skip(new LogIndex(9));
        Assert.Equal(MetadataText.Of(before with { Version = new LogIndex(9) }), MetadataText.Of(_state.Snapshot));
        _state.Skip(new LogIndex(8));
        Assert.Equal(new LogIndex(9), _state.Snapshot.Version);
    }

    [Fact]
    public void Snapshot_TakenBeforeCommands_DoesNotChange()
    {
        RegisterThree();
        Apply(Create("a", [[1, 2], [2, 3]]));
        var snapshot = _state.Snapshot;
        var text = MetadataText.Of(snapshot);
        Apply(Create("b", [[1]]));
        Apply(new DeleteTopicCommand("a"));
        Apply(new RegisterBrokerCommand(Broker(2) with { ClientPort = 1 }));
        Apply(new AllocateProducerIdsCommand(10));
        Assert.Equal(text, MetadataText.Of(snapshot));
        Assert.NotEqual(text, MetadataText.Of(_state.Snapshot));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_SameCommandsOnTwoReplicas_GivesEqualResultsAndSnapshots(int seed)
    {
        var other = new MetadataState(NullLogger<MetadataState>.Instance);
        var random = new Random(seed);
        var groups = new HashSet<GroupId>();
        for (ulong index = 1; index <= 400; index++)
        {
            var bytes = RandomCommand(random);
            var before = _state.Snapshot;
            Assert.Equal(_state.Apply(new LogIndex(index), bytes), other.Apply(new LogIndex(index), bytes));
            foreach (var group in _state.Snapshot.ByGroup.Keys.Where(group => !before.ByGroup.ContainsKey(group)))
            {
                Assert.True(groups.Add(group), $"seed {seed}: group {group} was used twice");
            }
        }

        Assert.True(groups.Count > 10, $"seed {seed}: only {groups.Count} groups");
        Assert.Equal(MetadataText.Of(_state.Snapshot), MetadataText.Of(other.Snapshot));
    }

    private static ReadOnlyMemory<byte> RandomCommand(Random random)
    {
        var name = "t" + random.Next(8);
        MetadataCommand command = random.Next(8) switch
        {
            0 => new RegisterBrokerCommand(Broker(random.Next(0, 5))),
            1 or 2 => Create(name, [[random.Next(1, 5), random.Next(1, 5)]], random.Next(3)),
            3 => new DeleteTopicCommand(name),
            4 => new AllocateProducerIdsCommand(random.Next(-1, 100)),
            5 => new AssignReplicasCommand(new GroupId((ulong)random.Next(30)), [random.Next(1, 4), random.Next(1, 4)]),
            6 => new AlterTopicCommand(name, new TopicConfigChange { RetentionMs = random.Next(3), Durability = (Durability)random.Next(2) }),
            _ => Create(name, [[1], [2], [3]], random.Next(3)),
        };
        var bytes = MetadataCommandCodec.Encode(command).ToArray();
        if (random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static BrokerInfo Broker(int id) => new(id, "127.0.0.1", 9000 + id, $"127.0.0.1:{9400 + id}", "", "0.1.0", 100 + id);

    private static CreateTopicCommand Create(string name, int[][] placement, long creationId = 0) => new(
        name,
        placement.Length,
        placement.Length == 0 ? 0 : placement[0].Length,
        creationId,
        [.. placement.Select(brokers => brokers.ToImmutableArray())]);

    private void RegisterThree()
    {
        for (var id = 1; id <= 3; id++)
        {
            Apply(new RegisterBrokerCommand(Broker(id)));
        }
    }

    private MetadataResult Apply(MetadataCommand command) =>
        _state.Apply(new LogIndex(++_index), MetadataCommandCodec.Encode(command));

    private void AssertRefused(ErrorCode expected, MetadataCommand command)
    {
        var before = _state.Snapshot;
        var result = Apply(command);
        Assert.Equal(expected, result.Error);
        Assert.NotEmpty(result.Message);
        Assert.Equal(new LogIndex(_index), result.Index);
        Assert.Equal(MetadataText.Of(before with { Version = result.Index }), MetadataText.Of(_state.Snapshot));
    }
}
