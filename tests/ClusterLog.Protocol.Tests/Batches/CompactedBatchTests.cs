using System.Buffers.Binary;
using System.Text;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Tests.Golden;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.Protocol.Tests.Batches;

public class CompactedBatchTests
{
    private const long Time = 1700000000000;

    [Fact]
    public void TryCompact_OfTheGoldenBatch_GivesTheGoldenBytes()
    {
        var compacted = CompactedBatch.TryCompact(GoldenBytes.Of("Batch.Two"), record => record.Offset != 42);
        Assert.Equal(Convert.ToHexString(GoldenBytes.Of("Batch.Compacted")), Convert.ToHexString(compacted!));
    }

    [Fact]
    public void TryCompact_OfAllRecords_LeavesTheHeader()
    {
        var dead = CompactedBatch.TryCompact(GoldenBytes.Of("Batch.Two"), _ => false);
        Assert.Equal(Convert.ToHexString(GoldenBytes.Of("Batch.Dead")), Convert.ToHexString(dead!));
        Assert.Equal(CompactedBatch.RecordsAt, dead!.Length);
        Assert.Empty(Read(dead));
    }

    [Fact]
    public void TryCompact_OfACompactedBatch_GivesWhatOneStepGives()
    {
        var steps = CompactedBatch.TryCompact(GoldenBytes.Of("Batch.Compacted"), _ => false);
        Assert.Equal(Convert.ToHexString(GoldenBytes.Of("Batch.Dead")), Convert.ToHexString(steps!));
    }

    [Theory]
    [InlineData("Batch.Two")]
    [InlineData("Batch.Compacted")]
    [InlineData("Batch.Dead")]
    public void TryCompact_OfNothing_IsNull(string name) =>
        Assert.Null(CompactedBatch.TryCompact(GoldenBytes.Of(name), _ => true));

    [Theory]
    [InlineData("Batch.Two")]
    [InlineData("Batch.Compacted")]
    [InlineData("Batch.Dead")]
    public void TryCompact_OfADamagedBatch_LeavesIt(string name)
    {
        var golden = GoldenBytes.Of(name);
        for (var at = RecordBatchHeader.CrcAt; at < golden.Length; at++)
        {
            byte[] damaged = [.. golden];
            damaged[at] ^= 0x10;
            Assert.Null(CompactedBatch.TryCompact(damaged, _ => false));
        }
    }

    [Fact]
    public void TryCompact_OfRecordsWithFieldsThatThisBuildDoesNotKnow_LeavesThem()
    {
        byte[] later = [.. GoldenBytes.Of("Batch.One"), 0x01];
        later[RecordBatchHeader.Size] = 0x95;
        RecordBatchTests.Reseal(later);
        Assert.Single(Read(later));
        Assert.Null(CompactedBatch.TryCompact(later, _ => false));
    }

    [Fact]
    public void TryCompact_OfARecordWithALongHeader_WritesAShortOne()
    {
        var one = GoldenBytes.Of("Batch.One");
        byte[] two = [.. one, 0xdc, 0x00, 0x04, .. one[(RecordBatchHeader.Size + 1)..]];
        BinaryPrimitives.WriteInt32LittleEndian(two.AsSpan(RecordBatchHeader.RecordCountAt), 2);
        BinaryPrimitives.WriteInt32LittleEndian(two.AsSpan(RecordBatchHeader.LastOffsetDeltaAt), 1);
        RecordBatchTests.Reseal(two);
        var compacted = CompactedBatch.TryCompact(two, record => record.Offset == 1)!;
        Assert.Equal("1 1700000000000 nil 68656C6C6F", Assert.Single(Read(compacted)));
        Assert.Equal(0x95, compacted[CompactedBatch.RecordsAt]);
    }

    [Fact]
    public void ValidateStored_OfACompactedBatch_FindsNothing_ButValidateRefusesIt()
    {
        foreach (var name in new[] { "Batch.Compacted", "Batch.Dead" })
        {
            Assert.Equal(BatchValidation.Valid, RecordBatchValidator.ValidateStored(GoldenBytes.Of(name)));
            var produced = RecordBatchValidator.Validate(GoldenBytes.Of(name));
            Assert.Equal(ErrorCode.InvalidBatch, produced.Error);
            Assert.Contains("compacted bit", produced.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Batch.Compacted")]
    [InlineData("Batch.Dead")]
    public void ValidateStored_OfEachFlippedBitAndEachTruncation_FindsIt(string name)
    {
        var golden = GoldenBytes.Of(name);
        for (var bit = RecordBatchHeader.CrcAt * 8; bit < golden.Length * 8; bit++)
        {
            byte[] flipped = [.. golden];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RecordBatchValidator.ValidateStored(flipped).IsValid);
        }

        for (var length = 0; length < golden.Length; length++)
        {
            Assert.False(RecordBatchValidator.ValidateStored(golden.AsSpan(0, length)).IsValid);
        }
    }

    [Theory]
    [InlineData(RecordBatchHeader.RecordCountAt, -1, "0 to as many records")]
    [InlineData(RecordBatchHeader.RecordCountAt, 4, "0 to as many records")]
    [InlineData(RecordBatchHeader.LastOffsetDeltaAt, -1, "0 to as many records")]
    [InlineData(RecordBatchHeader.LastOffsetDeltaAt, int.MaxValue, "0 to as many records")]
    [InlineData(CompactedBatch.OriginalLengthAt, 86, "at least 87 bytes")]
    public void ValidateStored_OfASealedBatchThatBreaksARule_SaysWhich(int at, int value, string message)
    {
        byte[] batch = [.. GoldenBytes.Of("Batch.Compacted")];
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(at), value);
        RecordBatchHeader.Seal(batch);
        var validation = RecordBatchValidator.ValidateStored(batch);
        Assert.Equal(ErrorCode.InvalidBatch, validation.Error);
        Assert.Contains(message, validation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void TryRead_OfOffsetDeltasOutOfOrder_IsAnError(int delta)
    {
        byte[] batch = [.. GoldenBytes.Of("Batch.Compacted")];
        batch[^1] = (byte)delta;
        RecordBatchHeader.Seal(batch);
        Assert.True(RecordBatchReader.TryOpen(batch, out var reader).IsValid);
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Contains("an offset delta above 0, at most 2", reader.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteIdentity_OfABatch_IsThatOfAllItsCompactedForms_AndOfNoOther()
    {
        var golden = Identity(GoldenBytes.Of("Batch.Two"));
        Assert.Equal(golden, Identity(GoldenBytes.Of("Batch.Compacted")));
        Assert.Equal(golden, Identity(GoldenBytes.Of("Batch.Dead")));
        for (var at = 0; at < GoldenBytes.Of("Batch.Two").Length; at++)
        {
            byte[] other = [.. GoldenBytes.Of("Batch.Two")];
            other[at] ^= 1;
            if (at is < RecordBatchHeader.CrcAt or >= RecordBatchHeader.LengthAt)
            {
                Assert.NotEqual(golden, Identity(other));
            }
        }
    }

    [Fact]
    public void TryCompact_OfAnyBatch_KeepsWhatIsToBeKept_InAnyNumberOfSteps()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var random = new Random(seed);
                    var batch = Produced(random, out var expected);
                    var identity = Identity(batch);
                    for (var step = 0; step < 3; step++)
                    {
                        expected.RemoveAll(_ => random.Next(3) == 0);
                        var offsets = expected.Select(record => record.Offset).ToHashSet();
                        batch = CompactedBatch.TryCompact(batch, record => offsets.Contains(record.Offset)) ?? batch;
                        Assert.Equal(expected.Select(Describe), Read(batch));
                        Assert.Equal(identity, Identity(batch));
                    }
                }));
    }

    private static byte[] Produced(Random random, out List<BatchRecord> records)
    {
        using var builder = new RecordBatchBuilder();
        records = [];
        var count = random.Next(1, 40);
        for (var i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte>? key = random.Next(5) == 0 ? null : new byte[random.Next(300)];
            ReadOnlyMemory<byte>? value = random.Next(5) == 0 ? null : new byte[random.Next(300)];
            var time = Time + random.Next(-100, 100_000);
            records.Add(new BatchRecord(5000 + i, time, key, value, []));
            builder.Append(time, key, value, random.Next(2) == 0 ? [] : [new("name", Encoding.UTF8.GetBytes("v"))]);
        }

        var batch = builder.Build(random.Next(100), 1, random.Next()).ToArray();
        RecordBatchHeader.PatchBaseOffset(batch, 5000);
        RecordBatchHeader.PatchTerm(batch, 3);
        return batch;
    }

    private static string Identity(byte[] batch)
    {
        var bytes = new byte[CompactedBatch.IdentityBytes];
        RecordBatchHeader.TryRead(batch, out var header);
        var length = CompactedBatch.WriteIdentity(batch, header, bytes);
        return $"{length} {Convert.ToHexString(bytes)}";
    }

    private static List<string> Read(byte[] batch)
    {
        var validation = RecordBatchReader.TryOpen(batch, out var reader);
        Assert.True(validation.IsValid, validation.Message);
        var records = new List<string>();
        while (reader.TryRead(out var record))
        {
            records.Add(Describe(record));
        }

        Assert.Null(reader.Error);
        return records;
    }

    private static string Describe(BatchRecord record) =>
        $"{record.Offset} {record.Timestamp} {Hex(record.Key)} {Hex(record.Value)}";

    private static string Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } value ? Convert.ToHexString(value.Span) : "nil";
}
