using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Partitions;

public sealed class PartitionStateCodecTests
{
    private const string GoldenBody =
        "98" + "cd012c" + "0a" + "ceffffffff" + "cf0000000100000000" + "92"
        + "93" + "07" + "02" + "91" + "93" + "05" + "03" + "cd0129"
        + "93" + "cd012c" + "00" + "92" + "93" + "ce7fffffff" + "02" + "14" + "93" + "01" + "01" + "cd012b"
        + "05" + "cd0100" + "cf0000018c00000000";

    [Fact]
    public void Encode_OfAState_GivesGoldenBytes()
    {
        var bytes = PartitionStateCodec.Encode(Golden());
        Assert.Equal("5001", Convert.ToHexStringLower(bytes.Span[..2]));
        Assert.Equal("8efa80be", Convert.ToHexStringLower(bytes.Span[2..StateEnvelope.HeaderBytes]));
        Assert.Equal(GoldenBody, Convert.ToHexStringLower(bytes.Span[StateEnvelope.HeaderBytes..]));
        AssertSame(Golden(), PartitionStateCodec.Decode(bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Decode_OfARandomState_GivesOneThatGoesOnAlike(int seed)
    {
        var random = new Random(seed);
        var original = Random(random, producers: 300, batches: 2_000);
        var bytes = PartitionStateCodec.Encode(original);
        var restored = PartitionStateCodec.Decode(bytes);
        AssertSame(original, restored);
        Assert.True(bytes.Span.SequenceEqual(PartitionStateCodec.Encode(restored).Span), $"seed {seed}");

        // What comes later must have the same effect on both, forgetting the oldest included.
        for (var i = 0; i < 2_000; i++)
        {
            var (id, epoch, batch) = (random.Next(400), random.Next(3), RandomBatch(random, original.HighWatermark));
            original.Producers.Append(id, epoch, batch);
            restored.Producers.Append(id, epoch, batch);
        }

        AssertSame(original, restored);
    }

    [Fact]
    public void Decode_OfAFullTable_ForgetsTheSameProducerNext()
    {
        var state = Golden() with { Producers = new ProducerTable() };
        for (var id = 0; id < ProducerTable.ProducersMax; id++)
        {
            state.Producers.Append(id, 0, new AppendedBatch(0, 1, 0));
        }

        state.Producers.Append(0, 0, new AppendedBatch(1, 1, 1));
        var restored = PartitionStateCodec.Decode(PartitionStateCodec.Encode(state));
        restored.Producers.Append(ProducerTable.ProducersMax, 0, new AppendedBatch(0, 1, 0));
        Assert.NotNull(restored.Producers.Find(0));
        Assert.Null(restored.Producers.Find(1));
    }

    [Fact]
    public void Decode_OfAnyPrefixOrAnyFlippedBit_SaysThatItIsDamaged()
    {
        var bytes = PartitionStateCodec.Encode(Golden()).ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            AssertRefused(bytes[..length]);
        }

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Decode_OfRandomBodiesUnderAGoodChecksum_GivesAStateThatReadsBackOrARefusal()
    {
        var random = new Random(5);
        var golden = Convert.FromHexString(GoldenBody);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var state = Sealed(golden);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                state[random.Next(StateEnvelope.HeaderBytes, state.Length)] = (byte)random.Next(256);
            }

            StateEnvelope.Seal(state, StateEnvelope.Partition, PartitionStateCodec.Version);
            try
            {
                var decoded = PartitionStateCodec.Decode(state);
                AssertSame(decoded, PartitionStateCodec.Decode(PartitionStateCodec.Encode(decoded)));
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
    [InlineData("9500000000" + "90" + "00", "1 more bytes")]
    [InlineData("9600000000" + "90" + "00", "8 fields")]
    [InlineData("9800000000" + "90" + "000000" + "00", "1 more bytes")]
    [InlineData("9805000000" + "90" + "030200", "0 <= effective horizon <= pending horizon <= 5")]
    [InlineData("9805000000" + "90" + "030600", "0 <= effective horizon <= pending horizon <= 5")]
    [InlineData("9805000000" + "90" + "0304ff", "since a time of at least 0")]
    [InlineData("940000000090", "8 fields")]
    [InlineData("9505060000" + "90", "start offset 6, high watermark 5")]
    [InlineData("9505ff0000" + "90", "start offset -1")]
    [InlineData("9505000000" + "91" + "930700" + "90", "1 to 5 batches")]
    [InlineData("9505000000" + "91" + "930700" + "96" + "930001009301010193020102930301039304010493050105", "1 to 5 batches")]
    [InlineData("9505000000" + "91" + "930700" + "91" + "93000105", "below offset 5")]
    [InlineData("9505000000" + "91" + "930700" + "91" + "93000004", "below offset 5")]
    [InlineData("9505000000" + "92" + "930700" + "91" + "93000104" + "930700" + "91" + "93000104", "has not come before")]
    public void Decode_OfABodyThatBreaksARule_SaysWhich(string body, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => PartitionStateCodec.Decode(Sealed(Convert.FromHexString(body))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfAnotherKindOrVersion_SaysWhichItFound()
    {
        var state = PartitionStateCodec.Encode(Golden()).ToArray();
        StateEnvelope.Seal(state, StateEnvelope.Metadata, 1);
        Assert.Contains("kind 'M'", AssertRefused(state), StringComparison.Ordinal);
        StateEnvelope.Seal(state, StateEnvelope.Partition, 2);
        Assert.Contains("version 2", AssertRefused(state), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfFieldsAppendedLater_PassesOverThem()
    {
        var body = Convert.FromHexString("9a" + GoldenBody[2..] + "07" + "92a16101");
        var decoded = PartitionStateCodec.Decode(Sealed(body));
        Assert.Equal(new LogIndex(7), decoded.AssignedAt);
        AssertSame(Golden() with { AssignedAt = new LogIndex(7) }, decoded);
    }

    [Fact]
    public void State_OfAPartitionThatMoved_KeepsTheAssignment()
    {
        var moved = Golden() with { AssignedAt = new LogIndex(300) };
        var encoded = PartitionStateCodec.Encode(moved);
        Assert.Equal(moved.AssignedAt, PartitionStateCodec.Decode(encoded).AssignedAt);
        Assert.Equal(LogIndex.Zero, PartitionStateCodec.Decode(PartitionStateCodec.Encode(Golden())).AssignedAt);
    }

    [Fact]
    public void Decode_OfAStateFromBeforeThereWereHorizons_HasNone()
    {
        var body = Convert.FromHexString("95" + "0a05070990");
        var decoded = PartitionStateCodec.Decode(Sealed(body));
        Assert.Equal((10, 5, 7u, 9, default), (
            decoded.HighWatermark, decoded.StartOffset, decoded.Checksum, decoded.SizeBytes, decoded.Horizon));
    }

    private static PartitionState Golden()
    {
        var horizon = new TombstoneHorizon(5, 256, 0x18c00000000);
        var state = new PartitionState(300, 10, uint.MaxValue, 1L << 32, new ProducerTable(), horizon);
        state.Producers.Append(300, 0, new AppendedBatch(int.MaxValue, 2, 20));
        state.Producers.Append(7, 1, new AppendedBatch(0, 5, 290));
        state.Producers.Append(7, 2, new AppendedBatch(5, 3, 297));
        state.Producers.Append(300, 0, new AppendedBatch(1, 1, 299));
        return state;
    }

    private static PartitionState Random(Random random, int producers, int batches)
    {
        var highWatermark = random.NextInt64(1 << 20, long.MaxValue);
        var state = new PartitionState(
            highWatermark, random.NextInt64(highWatermark), (uint)random.NextInt64(), random.NextInt64(), new ProducerTable());
        for (var i = 0; i < batches; i++)
        {
            state.Producers.Append(random.Next(producers), random.Next(3), RandomBatch(random, highWatermark));
        }

        return state;
    }

    private static AppendedBatch RandomBatch(Random random, long highWatermark)
    {
        var count = random.Next(1, 1000);
        return new AppendedBatch(random.Next(), count, random.NextInt64(highWatermark - count));
    }

    private static byte[] Sealed(byte[] body)
    {
        byte[] state = [.. new byte[StateEnvelope.HeaderBytes], .. body];
        StateEnvelope.Seal(state, StateEnvelope.Partition, PartitionStateCodec.Version);
        return state;
    }

    private static string AssertRefused(byte[] state) =>
        Assert.Throws<InvalidDataException>(() => PartitionStateCodec.Decode(state)).Message;

    private static void AssertSame(in PartitionState expected, in PartitionState actual)
    {
        Assert.Equal(expected with { Producers = actual.Producers }, actual);
        Assert.Equal(expected.Producers.OldestFirst.Select(TextOf), actual.Producers.OldestFirst.Select(TextOf));
    }

    private static string TextOf(ProducerState producer) =>
        $"{producer.ProducerId} epoch {producer.Epoch} next {producer.NextSequence}: "
        + string.Join(", ", Enumerable.Range(0, producer.BatchCount).Select(producer.Batch));
}
