using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>When a fetch is answered, and with how much.</summary>
public sealed class FetchTests(DefaultBroker broker) : IClassFixture<DefaultBroker>
{
    /// <summary>A wait that no test sits out.</summary>
    private const int LongMs = 30_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_AtTheEnd_IsAnsweredByTheNextRecord()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await using var other = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await client.SendAsync(1, RawFrames.Fetch("t", 0, 0, minBytes: 1, waitMs: LongMs));
        var answer = client.ReceiveAsync();
        await other.ProduceAsync("t", 0, RawFrames.Batch("first"));
        var fetched = Assert.Single((await answer)!.Body<FetchResponse>().Partitions);
        Assert.Equal((0, "first"), Assert.Single(RawFrames.Records(fetched.Batches)));
    }

    [Fact]
    public async Task Fetch_OfMoreThanThereIs_IsAnsweredOnceThereIsEnough()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await using var other = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var batch = RawFrames.Batch("some");
        await other.ProduceAsync("t", 1, batch);
        await client.SendAsync(
            1, RawFrames.Fetch("t", 1, 0, minBytes: 3 * batch.Length, waitMs: LongMs));
        var answer = client.ReceiveAsync();
        await other.ProduceAsync("t", 1, batch);
        Assert.False(answer.IsCompleted);
        await other.ProduceAsync("t", 1, batch);
        var fetched = Assert.Single((await answer.WaitAsync(TimeSpan.FromMilliseconds(LongMs / 2), TimeProvider.System, Cancelled))!
            .Body<FetchResponse>().Partitions);
        Assert.Equal(3, fetched.Batches.Count);
    }

    [Fact]
    public async Task Fetch_WithNothingToCome_IsAnsweredWhenItsWaitIsOver()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var response = await client.AskAsync<FetchRequest, FetchResponse>(
            RawFrames.Fetch("neighbour", 0, 0, minBytes: 1, waitMs: 50));
        var fetched = Assert.Single(response.Partitions);
        Assert.Equal((ErrorCode.None, 0L, 0), (fetched.Error, fetched.HighWatermark, fetched.Batches.Count));
    }

    [Fact]
    public async Task Fetch_WithAnErrorInOnePartition_WaitsForNone()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var response = await client.AskAsync<FetchRequest, FetchResponse>(new(
            LongMs, 1, 1 << 20, [new("neighbour", 0, 0, 1 << 20), new("neighbour", 9, 0, 1 << 20)]));
        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownPartition], response.Partitions.Select(partition => partition.Error));
    }

    [Fact]
    public async Task Fetch_WithLittleRoom_GivesTheFirstBatchWhole_AndNothingBeyond()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        var large = RawFrames.Batch(new string('x', 10_000));
        foreach (var partition in new[] { 2, 2, 3 })
        {
            await client.ProduceAsync("t", partition, large);
        }

        var tight = await client.AskAsync<FetchRequest, FetchResponse>(
            new(0, 0, 100, [new("t", 2, 0, 1 << 20), new("t", 3, 0, 1 << 20)]));
        Assert.Equal([1, 0], tight.Partitions.Select(partition => partition.Batches.Count));
        Assert.Equal(large.Length, tight.Partitions[0].Batches[0].Length);

        var perPartition = await client.AskAsync<FetchRequest, FetchResponse>(
            new(0, 0, 1 << 20, [new("t", 2, 0, large.Length + 1), new("t", 3, 0, 1 << 20)]));
        Assert.Equal([1, 1], perPartition.Partitions.Select(partition => partition.Batches.Count));
    }

    [Fact]
    public async Task Fetch_InTheMiddleOfABatch_GivesTheBatchThatHoldsTheOffset()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await broker.Cluster.CreateTopicAsync("middle", partitions: 1, replicas: 1, Cancelled);
        await client.ProduceAsync("middle", 0, RawFrames.Batch("a", "b", "c"));
        await client.ProduceAsync("middle", 0, RawFrames.Batch("d"));
        var response = await client.AskAsync<FetchRequest, FetchResponse>(RawFrames.Fetch("middle", 0, 2));
        Assert.Equal(
            [(0, "a"), (1, "b"), (2, "c"), (3, "d")], RawFrames.Records(Assert.Single(response.Partitions).Batches));
    }

    [Fact]
    public async Task Fetch_WhoseTopicIsDeleted_IsAnswered()
    {
        await using var client = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await using var other = await broker.Cluster.OpenRawAsync(1, Cancelled);
        await broker.Cluster.CreateTopicAsync("doomed", partitions: 1, replicas: 1, Cancelled);
        await client.SendAsync(1, RawFrames.Fetch("doomed", 0, 0, minBytes: 1, waitMs: LongMs));
        var answer = client.ReceiveAsync();
        await other.AskAsync<DeleteTopicRequest, DeleteTopicResponse>(new("doomed", 0));
        var reply = await answer.WaitAsync(TimeSpan.FromMilliseconds(LongMs / 2), TimeProvider.System, Cancelled);
        Assert.NotEqual(ErrorCode.None, Assert.Single(reply!.Body<FetchResponse>().Partitions).Error);
    }
}
