using System.Text;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Tests.Golden;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.Protocol.Tests.Batches;

public class RecordBatchTests
{
    private const long Time = 1700000000000;

    [Fact]
    public void Build_OfOneRecord_IsGolden()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Time, null, Utf8("hello"));
        var batch = builder.Build(7, 0, 0);
        Assert.Equal(Convert.ToHexString(GoldenBytes.Of("Batch.One")), Convert.ToHexString(batch.Span));
    }

    [Fact]
    public void Build_OfThreeRecordsPatched_IsGolden()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Time, Utf8("k1"), Utf8("v1"), [new("trace", new byte[] { 1, 2 }), new("empty", null)]);
        builder.Append(Time - 5, ReadOnlyMemory<byte>.Empty, null);
        builder.Append(Time + 300, null, new byte[40]);
        var batch = builder.Build(1L << 40, 2, int.MaxValue - 1);
        RecordBatchHeader.PatchBaseOffset(batch.Span, 41);
        RecordBatchHeader.PatchTerm(batch.Span, 3);
        Assert.Equal(Convert.ToHexString(GoldenBytes.Of("Batch.Two")), Convert.ToHexString(batch.Span));
    }

    [Fact]
    public void TryRead_OfGoldenHeader_GivesEachField()
    {
        var golden = GoldenBytes.Of("Batch.Two");
        Assert.True(RecordBatchHeader.TryRead(golden, out var header));
        Assert.Equal(
            new RecordBatchHeader
            {
                BaseOffset = 41,
                Term = 3,
                Crc = BitConverter.ToUInt32(golden, 16),
                Length = golden.Length,
                FormatVersion = 1,
                Attributes = new(0),
                LastOffsetDelta = 2,
                BaseTimestamp = Time,
                MaxTimestamp = Time + 300,
                ProducerId = 1L << 40,
                ProducerEpoch = 2,
                BaseSequence = int.MaxValue - 1,
                RecordCount = 3,
                IsReservedZero = true,
            },
            header);
        Assert.Equal((43, 44), (header.LastOffset, header.NextOffset));
        Assert.True(header.IsIdempotent);
        Assert.False(RecordBatchHeader.TryRead(golden.AsSpan(0, RecordBatchHeader.Size - 1), out _));
    }

    [Fact]
    public void Size_OfHeader_IsFixedForEver() => Assert.Equal(72, RecordBatchHeader.Size);

    [Fact]
    public void TryRead_OfGoldenRecords_GivesEachRecord()
    {
        var records = Read(GoldenBytes.Of("Batch.Two"));
        Assert.Equal([41L, 42L, 43L], records.Select(record => record.Offset));
        Assert.Equal([Time, Time - 5, Time + 300], records.Select(record => record.Timestamp));
        Assert.Equal("k1"u8.ToArray(), records[0].Key!.Value.ToArray());
        Assert.Equal("v1"u8.ToArray(), records[0].Value!.Value.ToArray());
        Assert.Equal(["trace", "empty"], records[0].Headers.Select(header => header.Key));
        Assert.Equal([1, 2], records[0].Headers[0].Value!.Value.ToArray());
        Assert.Null(records[0].Headers[1].Value);
        Assert.Equal(0, records[1].Key!.Value.Length);
        Assert.Null(records[1].Value);
        Assert.Null(records[2].Key);
    }

    [Fact]
    public void Read_OfAnyRecordsBuilt_GivesThem()
    {
        var property = Prop.ForAll(RecordsArbitrary(), records =>
        {
            using var builder = new RecordBatchBuilder(0);
            foreach (var record in records)
            {
                var before = builder.SizeBytes;
                var estimate = RecordBatchBuilder.RecordBytesMaxOf(
                    record.Key.GetValueOrDefault().Span, record.Value.GetValueOrDefault().Span, record.Headers);
                var size = builder.Append(record.Timestamp, record.Key, record.Value, record.Headers);
                Assert.Equal(builder.SizeBytes - before, size);
                Assert.InRange(size, RecordBatchValidator.RecordBytesMin, estimate);
            }

            Assert.Equal(records.Length, builder.Count);
            var read = Read(builder.Build().ToArray());
            Assert.Equal(records.Select(Describe), read.Select(Describe));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    [Fact]
    public void Read_OfFieldsOfALaterVersion_SkipsThem()
    {
        var one = GoldenBytes.Of("Batch.One");
        byte[] later = [.. one, 0x92, 0x01, 0x02];
        Assert.Equal(0x94, later[RecordBatchHeader.Size]);
        later[RecordBatchHeader.Size] = 0x95;
        Reseal(later);
        Assert.Equal("hello"u8.ToArray(), Assert.Single(Read(later)).Value!.Value.ToArray());
    }

    [Fact]
    public void TryRead_OfBytesAfterTheRecords_IsAnError()
    {
        byte[] longer = [.. GoldenBytes.Of("Batch.One"), 0xC0];
        Reseal(longer);
        Assert.True(RecordBatchReader.TryOpen(longer, out var reader).IsValid);
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Contains("1 bytes after its 1 records", reader.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_OfAHeaderThatIsNoText_LeavesTheBatchAsItWas()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Time, null, Utf8("hello"));
        Assert.ThrowsAny<ArgumentException>(
            () => { builder.Append(Time, null, null, [new("half a pair: \uD800", null)]); });
        Assert.Equal(1, builder.Count);
        Assert.Equal(GoldenBytes.Of("Batch.One"), builder.Build(7, 0, 0).ToArray());
    }

    [Fact]
    public void Clear_OfAFullBuilder_StartsAnew()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Time + 77, Utf8("x"), new byte[100_000]);
        builder.Clear();
        Assert.Equal((0, RecordBatchHeader.Size), (builder.Count, builder.SizeBytes));
        Assert.Throws<InvalidOperationException>(() => builder.Build());
        builder.Append(Time, null, Utf8("hello"));
        Assert.Equal(GoldenBytes.Of("Batch.One"), builder.Build(7, 0, 0).ToArray());
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue - 1, 3, 1)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue - 1)]
    public void Add_ToASequence_WrapsToZero(int sequence, int count, int expected) =>
        Assert.Equal(expected, ProducerSequence.Add(sequence, count));

    internal static void Reseal(byte[] batch)
    {
        BitConverter.TryWriteBytes(batch.AsSpan(RecordBatchHeader.LengthAt), batch.Length);
        RecordBatchHeader.Seal(batch);
    }

    private static List<BatchRecord> Read(byte[] batch)
    {
        var validation = RecordBatchReader.TryOpen(batch, out var reader);
        Assert.True(validation.IsValid, validation.Message);
        var records = new List<BatchRecord>();
        while (reader.TryRead(out var record))
        {
            records.Add(record);
        }

        Assert.Null(reader.Error);
        return records;
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Describe(BatchRecord record) =>
        $"{record.Offset} {record.Timestamp} {Hex(record.Key)} {Hex(record.Value)} "
        + string.Join(',', record.Headers.Select(header => $"{header.Key}={Hex(header.Value)}"));

    private static string Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } value ? Convert.ToHexString(value.Span) : "nil";

    private static Arbitrary<BatchRecord[]> RecordsArbitrary()
    {
        var bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            .Select(array => (ReadOnlyMemory<byte>?)array);
        var bytesOrNil = Gen.OneOf(bytes, Gen.Constant<ReadOnlyMemory<byte>?>(null));
        var name = Gen.Elements(string.Empty, "a", "content-type", "größe", "\U0001F600", new string('x', 300));
        var headers = name.Zip(bytesOrNil).Select(pair => new RecordHeader(pair.Item1, pair.Item2)).ArrayOf();
        var time = Gen.OneOf(
            Gen.Choose(0, int.MaxValue).Select(value => (long)value),
            Gen.Choose(-5000, 5000).Select(value => Time + value),
            Gen.Elements(0L, -1L, long.MaxValue, long.MinValue, int.MaxValue));
        var record = time.Zip(bytesOrNil).Zip(bytesOrNil.Zip(headers))
            .Select(all => new BatchRecord(0, all.Item1.Item1, all.Item1.Item2, all.Item2.Item1, all.Item2.Item2));
        return record.NonEmptyListOf()
            .Select(list => list.Select((item, index) => item with { Offset = index }).ToArray())
            .ToArbitrary();
    }
}
