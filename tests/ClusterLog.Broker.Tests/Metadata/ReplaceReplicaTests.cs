using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

/// <summary>Replicas that lost their identity, and what the metadata gives them instead.</summary>
public sealed class ReplaceReplicaTests
{
    private static readonly GroupId Group = new(1);

    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);
    private ulong _index;

    [Fact]
    public void ReplaceReplica_AskedTwice_GivesOneNewIdentityInTheSamePlace()
    {
        Prepare();
        var first = Apply(new ReplaceReplicaCommand(Group, new ReplicaId(2), 12));
        var replicas = _state.Snapshot.ByGroup[Group].Replicas;
        Assert.Equal([new ReplicaId(1), new ReplicaId(2, (uint)first.Index.Value), new ReplicaId(3)], replicas);
        Assert.Equal((long)first.Index.Value, first.Payload);

        var second = Apply(new ReplaceReplicaCommand(Group, new ReplicaId(2), 12));
        Assert.Equal((ErrorCode.None, first.Payload), (second.Error, second.Payload));
        Assert.Equal(replicas.AsEnumerable(), _state.Snapshot.ByGroup[Group].Replicas);
        Assert.Equal(_state.Snapshot.ByGroup[Group], _state.Snapshot.FindPartition("t", 0));
    }

    [Fact]
    public void ReplaceReplica_OfOneThatMovedAway_PlacesNothing()
    {
        Prepare();
        Apply(new AssignReplicasCommand(Group, [1, 3]));
        Assert.True(Apply(new ReplaceReplicaCommand(Group, new ReplicaId(2), 12)).IsOk);
        Assert.Equal([new ReplicaId(1), new ReplicaId(3)], _state.Snapshot.ByGroup[Group].Replicas);
        Assert.Equal(ErrorCode.UnknownTopic, Apply(new ReplaceReplicaCommand(new GroupId(9), new ReplicaId(2), 12)).Error);
    }

    [Fact]
    public void ReplaceReplica_OfTheMetadata_GivesAnIdentityToOneDirectoryOnly()
    {
        Prepare();
        var first = Replace(lost: 0, directory: 12);
        Assert.Equal((long)first.Index.Value, first.Payload);
        Assert.Equal(first.Payload, Replace(lost: 0, directory: 12).Payload);
        Assert.Equal(new ReplicaId(2, (uint)first.Payload), _state.Snapshot.MetadataReplicaOn(2));

        // Another directory was lost since: it does not know what it was, and must not be told its old name as a new one.
        var refused = Replace(lost: 0, directory: 13);
        Assert.Equal((ErrorCode.InvalidArgument, first.Payload), (refused.Error, refused.Payload));
        var second = Replace(lost: (uint)refused.Payload, directory: 13);
        Assert.True(second.IsOk && second.Payload > first.Payload, $"{second}");
        Assert.Equal(second.Payload, Replace(lost: (uint)refused.Payload, directory: 13).Payload);

        // Damage in the same directory costs it the identity again; what an earlier directory asked for comes too late.
        var third = Replace(lost: (uint)second.Payload, directory: 13);
        Assert.True(third.IsOk && third.Payload > second.Payload, $"{third}");
        Assert.False(Replace(lost: 0, directory: 12).IsOk);
        Assert.Equal(new ReplicaId(2, (uint)third.Payload), _state.Snapshot.MetadataReplicaOn(2));
        Assert.Equal(new ReplicaId(1), _state.Snapshot.MetadataReplicaOn(1));
    }

    [Fact]
    public void ReplaceReplica_EncodedAndDecoded_IsTheSame()
    {
        var command = new ReplaceReplicaCommand(new GroupId(7), new ReplicaId(3, uint.MaxValue), long.MinValue);
        Assert.Equal(command, MetadataCommandCodec.Decode(MetadataCommandCodec.Encode(command), out _));
    }

    private MetadataResult Replace(uint lost, long directory) =>
        Apply(new ReplaceReplicaCommand(GroupId.Metadata, new ReplicaId(2, lost), directory));

    private void Prepare()
    {
        for (var broker = 1; broker <= 3; broker++)
        {
            Apply(new RegisterBrokerCommand(new BrokerInfo(broker, "h", 1, "p:1", "", "v", broker)));
        }

        Assert.True(Apply(new CreateTopicCommand("t", 1, 3, 5, [[1, 2, 3]])).IsOk);
    }

    private MetadataResult Apply(MetadataCommand command) =>
        _state.Apply(new LogIndex(++_index), MetadataCommandCodec.Encode(command));
}
