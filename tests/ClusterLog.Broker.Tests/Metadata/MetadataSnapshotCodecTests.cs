using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class MetadataSnapshotCodecTests
{
    private const string GoldenBody =
        "95" + "cd012c" + "0a" + "cd03e9"
        + "91" + "98" + "02" + "a168" + "cd2384" + "a3703a31" + "a0" + "a176" + "cf7fffffffffffffff" + "05"
        + "92"
        + "95" + "a141" + "01" + "04" + "00" + "91" + "94" + "09" + "04" + "9102" + "9102"
        + "95" + "a162" + "02" + "03" + "2a" + "92"
        + "94" + "07" + "03" + "920201" + "92" + "01" + "cf0000000300000002" + "94" + "08" + "03" + "920201" + "9201" + "02";

    [Fact]
    public void Encode_OfMetadata_GivesGoldenBytes()
    {
        var bytes = MetadataSnapshotCodec.Encode(Golden());
        Assert.Equal("4d01", Convert.ToHexStringLower(bytes.Span[..2]));
        Assert.Equal("70cf88a2", Convert.ToHexStringLower(bytes.Span[2..StateEnvelope.HeaderBytes]));
        Assert.Equal(GoldenBody, Convert.ToHexStringLower(bytes.Span[StateEnvelope.HeaderBytes..]));
        Assert.Equal(MetadataText.Of(Golden()), MetadataText.Of(MetadataSnapshotCodec.Decode(bytes)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Restore_OfACapturedState_GoesOnAlike(int seed)
    {
        var random = new Random(seed);
        var original = new MetadataState(NullLogger<MetadataState>.Instance);
        Run(original, random, 1, 300);
        var bytes = MetadataSnapshotCodec.Encode(original.Snapshot);
        var restored = new MetadataState(NullLogger<MetadataState>.Instance);
        restored.Restore(new LogIndex(300), bytes);
        Assert.Equal(MetadataText.Of(original.Snapshot), MetadataText.Of(restored.Snapshot));
        Assert.True(bytes.Span.SequenceEqual(MetadataSnapshotCodec.Encode(restored.Snapshot).Span), $"seed {seed}");
        Assert.All(
            restored.Snapshot.ByGroup.Values,
            partition => Assert.Same(partition, restored.Snapshot.FindPartition(partition.Topic, partition.Partition)));

        var later = random.Next();
        Run(original, new Random(later), 301, 200);
        Run(restored, new Random(later), 301, 200);
        Assert.Equal(MetadataText.Of(original.Snapshot), MetadataText.Of(restored.Snapshot));
    }

    [Fact]
    public void Restore_OfTheStateOfAnotherEntry_IsRefusedAndChangesNothing()
    {
        var state = new MetadataState(NullLogger<MetadataState>.Instance);
        var error = Assert.Throws<InvalidDataException>(
            () => state.Restore(new LogIndex(299), MetadataSnapshotCodec.Encode(Golden())));
        Assert.Contains("entry 299", error.Message, StringComparison.Ordinal);
        Assert.Same(MetadataSnapshot.Empty, state.Snapshot);
    }

    [Fact]
    public void Decode_OfAnyPrefixOrAnyFlippedBit_SaysThatItIsDamaged()
    {
        var bytes = MetadataSnapshotCodec.Encode(Golden()).ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => MetadataSnapshotCodec.Decode(bytes.AsMemory(0, length)));
        }

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => MetadataSnapshotCodec.Decode(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Decode_OfRandomBodiesUnderAGoodChecksum_GivesAStateThatReadsBackOrARefusal()
    {
        var random = new Random(5);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var state = Sealed(GoldenBody);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                state[random.Next(StateEnvelope.HeaderBytes, state.Length)] = (byte)random.Next(256);
            }

            StateEnvelope.Seal(state, StateEnvelope.Metadata, MetadataSnapshotCodec.Version);
            try
            {
                var decoded = MetadataSnapshotCodec.Decode(state);
                var again = MetadataSnapshotCodec.Decode(MetadataSnapshotCodec.Encode(decoded));
                Assert.Equal(MetadataText.Of(decoded), MetadataText.Of(again));
                read++;
            }
            catch (InvalidDataException)
            {
                // Refused in words.
            }
        }

        Assert.True(read > 0);
    }

    [Theory]
    [InlineData("9501020190" + "90" + "00", "1 more bytes")]
    [InlineData("940102019090", "5 fields")]
    [InlineData("95010201" + "92" + "9805a0" + "01a0a0a00000" + "9805a0" + "01a0a0a00000" + "90", "broker 5 twice")]
    [InlineData("9501020190" + "92" + "95a16101010090" + "95a16101010090", "'a' twice")]
    [InlineData("9501020190" + "91" + "95a161010100" + "91" + "940201" + "91019101", "group 2 of a/0")]
    [InlineData("9501030190" + "91" + "95a161010100" + "92" + "940201" + "91019101" + "940201" + "91019101", "group 2 of a/1")]
    [InlineData("9501020190" + "91" + "95a161010100" + "91" + "940101" + "91" + "ceffffffff" + "90", "a broker's id")]
    public void Decode_OfABodyThatBreaksARule_SaysWhich(string body, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => MetadataSnapshotCodec.Decode(Sealed(body)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfFieldsAppendedLater_PassesOverThem() => Assert.Equal(
        MetadataText.Of(Golden()), MetadataText.Of(MetadataSnapshotCodec.Decode(Sealed("97" + GoldenBody[2..] + "90" + "c3"))));

    [Fact]
    public void Encode_OfReplacedReplicasOfTheMetadata_ReadsBack()
    {
        var replaced = Golden() with
        {
            MetadataReplicas = MetadataSnapshot.Empty.MetadataReplicas.Add(2, new MetadataReplica(77, -1)),
        };
        var bytes = MetadataSnapshotCodec.Encode(replaced);
        Assert.EndsWith("91" + "93" + "02" + "4d" + "ff", Convert.ToHexStringLower(bytes.Span), StringComparison.Ordinal);
        Assert.Equal(replaced.MetadataReplicas, MetadataSnapshotCodec.Decode(bytes).MetadataReplicas);
    }

    [Fact]
    public void Encode_BrokerWithStateAndRack_ReadsBack()
    {
        var plain = Golden();
        var draining = plain with
        {
            Brokers = plain.Brokers.SetItem(2, plain.Brokers[2] with { State = BrokerState.Draining, Rack = "r" }),
        };
        var bytes = MetadataSnapshotCodec.Encode(draining);
        Assert.Equal(draining.Brokers, MetadataSnapshotCodec.Decode(bytes).Brokers);
        Assert.Equal(MetadataSnapshotCodec.Encode(plain).Length + 3, bytes.Length);
    }

    private static MetadataSnapshot Golden()
    {
        var upper = Topic("A", 1, 4, 0, (9, [new ReplicaId(2)]));
        var lower = Topic("b", 2, 3, 42, (7, [new ReplicaId(1), new ReplicaId(2, 3)]), (8, [new ReplicaId(1), new ReplicaId(2)]));
        return new MetadataSnapshot
        {
            Version = new LogIndex(300),
            NextGroupId = new GroupId(10),
            NextProducerId = 1001,
            Brokers = MetadataSnapshot.Empty.Brokers.Add(2, new BrokerInfo(2, "h", 9092, "p:1", "", "v", long.MaxValue)
            {
                DirectorySince = new LogIndex(5),
            }),
            Topics = MetadataSnapshot.Empty.Topics.Add("b", lower).Add("A", upper),
            ByGroup = lower.Partitions.Concat(upper.Partitions).ToImmutableDictionary(partition => partition.Group),
        };
    }

    private static TopicInfo Topic(
        string name, int replicas, ulong createdAt, long creationId, params (ulong Group, ReplicaId[] Replicas)[] partitions) => new(
        name,
        replicas,
        [.. partitions.Select((partition, i) =>
            new PartitionInfo(
                name,
                i,
                new GroupId(partition.Group),
                new LogIndex(createdAt),
                [.. partition.Replicas.Select(replica => new ReplicaId(replica.Value)).OrderDescending()],
                [.. partition.Replicas]))],
        new LogIndex(createdAt),
        creationId);

    private static void Run(MetadataState state, Random random, ulong first, int count)
    {
        for (var index = first; index < first + (ulong)count; index++)
        {
            MetadataCommand command = random.Next(6) switch
            {
                0 => new RegisterBrokerCommand(new BrokerInfo(
                    random.Next(1, 5), $"host{random.Next(3)}", random.Next(9000, 9100), "p:1", "", "1", random.Next(2))),
                3 when state.Snapshot.ByGroup.Count > 0 => new AssignReplicasCommand(
                    state.Snapshot.ByGroup.Keys.Min(), [random.Next(1, 5)]),
                1 => new DeleteTopicCommand("t" + random.Next(8)),
                2 => new AllocateProducerIdsCommand(random.Next(1, 100)),
                _ => new CreateTopicCommand(
                    "t" + random.Next(8), 2, 1, random.Next(3), [[random.Next(1, 5)], [random.Next(1, 5)]])
                {
                    Config = random.Next(2) == 0 ? TopicConfig.Default : new TopicConfig { RetentionBytes = random.Next(0, 99) },
                },
            };
            state.Apply(new LogIndex(index), MetadataCommandCodec.Encode(command));
        }
    }

    private static byte[] Sealed(string body)
    {
        byte[] state = [.. new byte[StateEnvelope.HeaderBytes], .. Convert.FromHexString(body)];
        StateEnvelope.Seal(state, StateEnvelope.Metadata, MetadataSnapshotCodec.Version);
        return state;
    }
}
