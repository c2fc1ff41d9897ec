using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>
/// Requests that the broker cannot serve, over real sockets: each gets the outcome that docs/protocol.md promises, the
/// connection goes on, and so does another one beside it.
/// </summary>
public sealed class BadRequestTests(DefaultBroker broker) : IClassFixture<DefaultBroker>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(99)]
    [InlineData(-1)]
    public async Task UnknownApi_IsRefused(short api) =>
        await AssertRefusedAsync(RawFrames.WithLength(Header(api, version: 1, id: 7)), ErrorCode.UnknownApi);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-5)]
    public async Task UnsupportedVersion_IsRefused(short version) =>
        await AssertRefusedAsync(
            RawFrames.WithLength(Header((short)ApiKey.Produce, version, id: 7)), ErrorCode.UnsupportedVersion);

    [Fact]
    public async Task Body_ThatIsNoneOfTheApi_IsMalformed() =>
        await AssertRefusedAsync(
            RawFrames.WithLength(Header((short)ApiKey.Produce, version: 1, id: 7)), ErrorCode.MalformedRequest);

    [Fact]
    public async Task Bytes_AfterTheArray_AreMalformed() =>
        await AssertRefusedAsync(
            RawFrames.WithLength([.. RawFrames.Of(7, new MetadataRequest(null))[4..], 0xC0]), ErrorCode.MalformedRequest);

    [Fact]
    public async Task Produce_ToAnUnknownTopic_IsRefused() =>
        await AssertRefusedAsync(RawFrames.Produce("nowhere", 0, RawFrames.Batch("a")), ErrorCode.UnknownTopic);

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task Produce_ToAnUnknownPartition_IsRefused(int partition) =>
        await AssertRefusedAsync(RawFrames.Produce("t", partition, RawFrames.Batch("a")), ErrorCode.UnknownPartition);

    [Fact]
    public async Task Produce_OfAnOversizedRecord_IsRefused() =>
        await AssertRefusedAsync(
            RawFrames.Produce("t", 0, RawFrames.Batch(new string('x', (1 << 20) + 1))), ErrorCode.RecordTooLarge);

    [Theory]
    [InlineData(16)] // the checksum itself
    [InlineData(47)] // a timestamp
    [InlineData(73)] // a record
    public async Task Produce_OfACorruptBatch_IsRefused(int at)
    {
        var batch = RawFrames.Batch("intact");
        batch[at] ^= 0x10;
        await AssertRefusedAsync(RawFrames.Produce("t", 0, batch), ErrorCode.CorruptBatch);
    }

    [Theory]
    [InlineData(20, 200)] // length
    [InlineData(24, 2)] // format version
    [InlineData(25, 1)] // reserved
    [InlineData(26, 1)] // compression
    [InlineData(26, 64)] // control
    [InlineData(28, 7)] // last offset delta
    [InlineData(64, 7)] // record count
    [InlineData(64, 0)]
    [InlineData(67, 0x80)] // a negative record count
    [InlineData(68, 1)] // reserved
    [InlineData(48, 5)] // a producer id without epoch and sequence
    public async Task Produce_OfABatchWithAWrongHeaderAndARightChecksum_IsRefused(int at, byte value) =>
        await AssertRefusedAsync(
            RawFrames.Produce("t", 0, RawFrames.Changed(RawFrames.Batch("a", "b"), at, value)), ErrorCode.InvalidBatch);

    [Theory]
    [InlineData(0)]
    [InlineData(71)]
    [InlineData(72)]
    public async Task Produce_OfHalfABatch_IsRefused(int length) =>
        await AssertRefusedAsync(
            RawFrames.Produce("t", 0, RawFrames.Batch("a", "b")[..length]), ErrorCode.InvalidBatch);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Fetch_OfAnOffsetOutOfRange_SaysSoAndTellsTheRange(long offset)
    {
        var fetched = Assert.Single((await FetchAsync(RawFrames.Fetch("t", 3, offset))).Partitions);
        Assert.Equal((ErrorCode.OffsetOutOfRange, 0L, 0L), (fetched.Error, fetched.LogStart, fetched.HighWatermark));
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(-1, int.MinValue, int.MinValue)]
    [InlineData(int.MinValue, -1, -1)]
    public async Task Fetch_WithAbsurdSizes_GivesAtLeastOneBatch(int maxBytes, int minBytes, int waitMs)
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var batch = RawFrames.Batch("one", "two");
        var offset = (await client.ProduceAsync("t", 1, batch)).BaseOffset;
        var fetched = Assert.Single(
            (await FetchAsync(RawFrames.Fetch("t", 1, offset, maxBytes, minBytes, waitMs))).Partitions);
        Assert.Equal(batch[16..], fetched.Batches[0].ToArray()[16..]);
    }

    [Fact]
    public async Task Fetch_OfTenThousandUnknownPartitions_AnswersForEach()
    {
        var response = await FetchAsync(Many(10_000, i => new FetchPartition("nowhere", i, 0, 1)));
        Assert.Equal(10_000, response.Partitions.Count);
        Assert.All(response.Partitions, partition => Assert.Equal(ErrorCode.UnknownTopic, partition.Error));
    }

    [Fact]
    public async Task Fetch_OfMorePartitionsThanAListMayHave_IsMalformed() =>
        await AssertRefusedAsync(
            Many(10_001, i => new FetchPartition("nowhere", i, 0, 1)), ErrorCode.MalformedRequest);

    [Fact]
    public async Task Fetch_OfOnePartitionManyTimes_IsRefused() =>
        await AssertRefusedAsync(Many(10_000, _ => new FetchPartition("t", 0, 0, 1 << 20)), ErrorCode.InvalidArgument);

    [Fact]
    public async Task Metadata_OfOneTopicManyTimes_TellsItOnce()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var response = await client.AskAsync<MetadataRequest, MetadataResponse>(
            new([.. Enumerable.Repeat("t", 10_000)]));
        Assert.Equal(4, Assert.Single(response.Topics).Partitions.Count);
    }

    [Fact]
    public async Task Name_LongerThanAnyText_IsMalformed() =>
        await AssertRefusedAsync(new DescribeTopicRequest(new string('n', 4097)), ErrorCode.MalformedRequest);

    [Fact]
    public async Task Requests_SentAtOnce_AreEachAnsweredExactlyOnce()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        const int count = 2000;
        var frames = Enumerable.Range(0, count).SelectMany(i => (i % 5) switch
        {
            0 => RawFrames.Of((uint)i, new MetadataRequest(null)),
            1 => RawFrames.Of((uint)i, RawFrames.Produce("t", 2, RawFrames.Batch($"{i}"))),
            2 => RawFrames.Of((uint)i, RawFrames.Fetch("t", 2, 0, maxBytes: 100, minBytes: 1, waitMs: 10)),
            3 => RawFrames.WithLength(Header(api: 77, version: 1, (uint)i)),
            _ => RawFrames.Of((uint)i, new ClusterStatusRequest()),
        }).ToArray();
        var sending = client.SendAsync(frames);
        var ids = new List<uint>();
        while (ids.Count < count)
        {
            ids.Add((await client.ReceiveAsync())!.Id);
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, count).Select(i => (uint)i), ids.Order());
        Assert.Equal(
            Enumerable.Range(0, count).Where(i => i % 5 == 1).Select(i => $"{i}"), await client.ReadAllAsync("t", 2));
    }

    private static FetchRequest Many(int count, Func<int, FetchPartition> partition) =>
        new(0, 0, 1 << 20, [.. Enumerable.Range(0, count).Select(partition)]);

    private static byte[] Header(short api, short version, uint id)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write(api);
        writer.Write(version);
        writer.Write(id);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private async Task<FetchResponse> FetchAsync(FetchRequest request)
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        return await client.AskAsync<FetchRequest, FetchResponse>(request);
    }

    private Task AssertRefusedAsync<TRequest>(TRequest request, ErrorCode expected)
        where TRequest : IRequest<TRequest> => AssertRefusedAsync(RawFrames.Of(7, request), expected);

    /// <summary>The frame, with correlation id 7, gets the error in words; its connection and another one go on.</summary>
    private async Task AssertRefusedAsync(byte[] frame, ErrorCode expected)
    {
        await using var neighbour = await Neighbour.StartAsync(
            broker.Cluster[1].ClientEndPoint, "neighbour", 0, Cancelled);
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await client.SendAsync(frame);
        var reply = await client.ReceiveAsync();
        Assert.Equal((7u, expected), (reply!.Id, reply.Error));
        Assert.NotEmpty(reply.Failure.Message);
        var metadata = await client.AskAsync<MetadataRequest, MetadataResponse>(new(["t"]));
        Assert.Equal("t", Assert.Single(metadata.Topics).Name);
        await neighbour.GoesOnAsync(Cancelled);
    }
}
