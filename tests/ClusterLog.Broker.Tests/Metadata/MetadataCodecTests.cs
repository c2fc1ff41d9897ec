using System.Buffers;
using ClusterLog.Broker.Metadata;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class MetadataCodecTests
{
    internal static readonly (MetadataCommand Command, string Hex)[] Golden =
    [
        (new RegisterBrokerCommand(new BrokerInfo(2, "h", 9092, "p:1", "", "v", 7)),
            "98" + "01" + "02" + "a168" + "cd2384" + "a3703a31" + "a0" + "a176" + "07"),
        (new RegisterBrokerCommand(new BrokerInfo(2, "h", 9092, "p:1", "", "v", 7) { Rack = "r1" }),
            "99" + "01" + "02" + "a168" + "cd2384" + "a3703a31" + "a0" + "a176" + "07" + "a27231"),
        (new SetBrokerStateCommand(2, BrokerState.Draining), "93" + "14" + "02" + "01"),
        (new RemoveBrokerCommand(2), "92" + "15" + "02"),
        (new CreateTopicCommand("ab", 2, 2, 300, [[1, 2], [2, 1]]),
            "96" + "02" + "a26162" + "02" + "02" + "cd012c" + "92" + "920102" + "920201"),
        (new CreateTopicCommand("ab", 0, 0, 1, []), "96" + "02" + "a26162" + "00" + "00" + "01" + "90"),
        (new CreateTopicCommand("ab", 0, 0, 1, [])
            {
                Config = new TopicConfig
                {
                    Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
                    RetentionBytes = 65536,
                    RetentionMs = 1000,
                    Durability = Durability.Memory,
                    TombstoneGraceMs = 0,
                },
            },
            "97" + "02" + "a26162" + "00" + "00" + "01" + "90" + "95" + "03" + "ce00010000" + "cd03e8" + "01" + "00"),
        (new DeleteTopicCommand("ab"), "92" + "03" + "a26162"),
        (new AlterTopicCommand("ab", new TopicConfigChange { RetentionMs = 1000, Cleanup = CleanupPolicy.Compact }),
            "93" + "07" + "a26162" + "95" + "02" + "c0" + "cd03e8" + "c0" + "c0"),
        (new AllocateProducerIdsCommand(1000), "92" + "04" + "cd03e8"),
        (new AssignReplicasCommand(new GroupId(9), [3, 1]), "93" + "05" + "09" + "920301"),
        (new CancelMoveCommand(new GroupId(9)), "92" + "1f" + "09"),
        (new SetReplicaCountCommand("ab", 5), "93" + "21" + "a26162" + "05"),
        (new SetRebalancingCommand(true), "92" + "22" + "c3"),
        (new ReachAssignmentCommand(new GroupId(9), new LogIndex(300)), "93" + "1e" + "09" + "cd012c"),
    ];

    [Fact]
    public void Encode_EveryCommand_GivesGoldenBytesAndReadsBack()
    {
        foreach (var (command, hex) in Golden)
        {
            var bytes = MetadataCommandCodec.Encode(command);
            Assert.Equal(hex, Convert.ToHexStringLower(bytes.Span));
            AssertSame(command, MetadataCommandCodec.Decode(bytes, out var error));
            Assert.Null(error);
            AssertSame(command, MetadataForward.DecodeRequest(MetadataForward.EncodeRequest(command), out error));
            Assert.Null(error);
        }
    }

    [Fact]
    public void Decode_EveryPrefixAndMutation_NeverThrows()
    {
        var random = new Random(7);
        foreach (var (_, hex) in Golden)
        {
            var bytes = Convert.FromHexString(hex);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Null(MetadataCommandCodec.Decode(bytes.AsMemory(0, length), out var error));
                Assert.NotNull(error);
            }

            for (var round = 0; round < 500; round++)
            {
                var mutated = (byte[])bytes.Clone();
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                var command = MetadataCommandCodec.Decode(mutated, out var error);
                Assert.Equal(command is null, error is not null);
                MetadataForward.DecodeRequest(mutated, out _);
                MetadataForward.DecodeResponse(mutated, out _);
            }
        }
    }

    [Fact]
    public void Decode_FieldsAppendedLater_AreSkipped()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(4);
        writer.Write(3);
        writer.Write("ab");
        writer.WriteArrayHeader(1);
        writer.Write("new");
        writer.WriteNil();
        writer.Flush();
        Assert.Equal(new DeleteTopicCommand("ab"), MetadataCommandCodec.Decode(output.WrittenMemory, out _));
    }

    [Fact]
    public void Response_RoundTrip_KeepsAllFields()
    {
        var result = new MetadataResult(ErrorCode.TopicAlreadyExists, "there is one", new LogIndex(ulong.MaxValue), -5);
        Assert.Equal(result, MetadataForward.DecodeResponse(MetadataForward.EncodeResponse(result), out var error));
        Assert.Null(error);
    }

    private static void AssertSame(MetadataCommand expected, MetadataCommand? actual)
    {
        if (expected is CreateTopicCommand create)
        {
            var read = Assert.IsType<CreateTopicCommand>(actual);
            Assert.Equal(create with { Placement = default }, read with { Placement = default });
            Assert.Equal(create.Placement.Select(brokers => brokers.ToArray()), read.Placement.Select(brokers => brokers.ToArray()));
            return;
        }

        if (expected is AssignReplicasCommand assign)
        {
            var read = Assert.IsType<AssignReplicasCommand>(actual);
            Assert.Equal(assign.Group, read.Group);
            Assert.Equal(assign.Brokers.ToArray(), read.Brokers.ToArray());
            return;
        }

        Assert.Equal(expected, actual);
    }
}
