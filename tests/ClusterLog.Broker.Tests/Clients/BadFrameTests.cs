using System.Buffers.Binary;
using System.IO.Pipelines;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>
/// What ends a connection, over real sockets: the client is told why where it can be, nothing but its own connection
/// ends, and another one beside it goes on. Not beside other tests: one measures the memory of the whole process.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class BadFrameTests(TightBroker broker) : IClassFixture<TightBroker>
{
    /// <summary>A connection that is not closed by then never is.</summary>
    private const int HangsAfterMs = 60_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, (64u << 10) + 1)]
    [InlineData(true, uint.MaxValue)]
    [InlineData(false, (64u << 10) + 1)]
    [InlineData(false, 0x80000000u)]
    public async Task Frame_AnnouncedTooLong_IsRefusedBeforeItComes(bool afterHandshake, uint length)
    {
        var announced = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(announced, length);
        await AssertRefusedAndClosedAsync(afterHandshake, announced, ErrorCode.FrameTooLarge);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frame_OfNoBytes_IsRefused(bool afterHandshake) =>
        await AssertRefusedAndClosedAsync(afterHandshake, new byte[4], ErrorCode.MalformedRequest);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frame_ThatIsNoRequest_IsRefused(bool afterHandshake) =>
        await AssertRefusedAndClosedAsync(
            afterHandshake, RawFrames.WithLength("\u0007not a request"u8), ErrorCode.MalformedRequest);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ErrorCode.FrameTooLarge)]
    [InlineData("\u0001\0\0\0\u0001\u0002\u0003\u0004", ErrorCode.MalformedRequest)]
    public async Task Garbage_BeforeTheHandshake_IsRefused(string garbage, ErrorCode expected) =>
        await AssertRefusedAndClosedAsync(afterHandshake: false, [.. garbage.Select(c => (byte)c)], expected);

    [Fact]
    public async Task Request_BeforeTheHandshake_IsRefused()
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled);
        await client.SendAsync(5, RawFrames.Produce("t", 0, RawFrames.Batch("early")));
        var reply = Assert.Single(await client.ReceiveUntilClosedAsync());
        Assert.Equal((5u, ErrorCode.HandshakeRequired), (reply.Id, reply.Error));
        await neighbour.GoesOnAsync(Cancelled);
    }

    [Theory(Timeout = HangsAfterMs)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task HalfAFrame_AndSilence_IsClosed(int length)
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = await OpenAsync();
        await client.SendAsync(RawFrames.Of(1, RawFrames.Produce("t", 0, RawFrames.Batch("half"))).AsMemory(0, length));
        Assert.Empty(await client.ReceiveUntilClosedAsync());
        await neighbour.GoesOnAsync(Cancelled);
    }

    [Fact]
    public async Task HalfAFrame_AfterWholeOnes_AnswersThoseAndIsClosed()
    {
        await using var client = await OpenAsync();
        var frame = RawFrames.Of(9, new MetadataRequest(null));
        await client.SendAsync(new ReadOnlyMemory<byte>([.. frame, .. frame[..^1]]));
        Assert.Equal(9u, Assert.Single(await client.ReceiveUntilClosedAsync()).Id);
    }

    [Fact(Timeout = HangsAfterMs)]
    public async Task Silence_AfterConnecting_IsClosed()
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled);
        Assert.Empty(await client.ReceiveUntilClosedAsync());
        await neighbour.GoesOnAsync(Cancelled);
    }

    [Fact(Timeout = HangsAfterMs)]
    public async Task Handshakes_ThatFailOneAfterTheOther_DoNotPutOffTheTimeout()
    {
        await using var client = await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled);
        byte[] unsupported = [0x93, 0x00, 0x7F, 0x01];
        var closed = client.ReceiveUntilClosedAsync();
        try
        {
            while (!closed.IsCompleted)
            {
                await client.SendAsync(RawFrames.WithLength(unsupported));
                await Task.WhenAny(closed, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled));
            }
        }
        catch (IOException)
        {
            // Closed while we sent.
        }

        Assert.All(await closed, reply => Assert.Equal(ErrorCode.UnsupportedVersion, reply.Error));
    }

    [Fact]
    public async Task Connections_AboveTheLimit_AreToldSoAndClosed()
    {
        var clients = new List<RawClient>();
        var refused = 0;
        try
        {
            while (refused == 0)
            {
                Assert.True(clients.Count <= TightBroker.ConnectionsMax);
                clients.Add(await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled));
                var reply = await clients[^1].TryAskAsync(RawFrames.Handshake);
                if (reply.Error != ErrorCode.None)
                {
                    Assert.Equal(ErrorCode.TooManyConnections, reply.Error);
                    Assert.True(reply.Failure.RetryAfterMs > 0);
                    Assert.Null(await clients[^1].ReceiveAsync());
                    refused++;
                }
            }

            // Those below the limit go on, and one that leaves makes room.
            await clients[0].ProduceAsync("t", 0, RawFrames.Batch("still here"));
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }

        await using var next = await OpenAsync();
        await next.ProduceAsync("t", 0, RawFrames.Batch("room again"));
    }

    [Fact]
    public async Task Requests_BeyondTheWindow_WaitAndAreAllAnswered()
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = await OpenAsync();
        byte[] frames =
        [
            .. Enumerable.Range(0, 40).SelectMany(i => RawFrames.Of(
                (uint)i, RawFrames.Fetch("t", 1, 0, maxBytes: 1000, minBytes: 1, waitMs: 30))),
        ];
        await client.SendAsync(frames);
        var ids = new List<uint>();
        for (var i = 0; i < 40; i++)
        {
            ids.Add((await client.ReceiveAsync())!.Id);
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (uint)i), ids.Order());
        await neighbour.GoesOnAsync(Cancelled);
    }

    [Fact]
    public async Task Produce_BeyondTheBytesThatMayWait_IsToldToRetryLater()
    {
        await using var client = await OpenAsync();
        var batch = RawFrames.Batch(new string('x', 30 << 10), new string('y', 30 << 10));
        byte[] frames = [.. Enumerable.Range(0, 60).SelectMany(i => RawFrames.Of((uint)i, RawFrames.Produce("t", 2, batch)))];
        var sending = client.SendAsync(frames);
        var replies = new List<RawReply>();
        while (replies.Count < 60)
        {
            replies.Add((await client.ReceiveAsync())!);
        }

        await sending;
        var busy = replies.Where(reply => reply.Error != ErrorCode.None).ToList();
        Assert.NotEmpty(busy);
        Assert.All(busy, reply => Assert.Equal(ErrorCode.TooManyRequests, reply.Error));
        Assert.All(busy, reply => Assert.True(reply.Failure.RetryAfterMs > 0));

        // All that was held has been given back, and what was refused is not in the log.
        var last = await client.ProduceAsync("t", 2, batch);
        Assert.Equal(2 * (60 - busy.Count), last.BaseOffset);
    }

    [Fact(Timeout = HangsAfterMs)]
    public async Task Client_ThatNeverReads_HoldsLittleAndIsClosed()
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = await OpenAsync();
        for (var i = 0; i < 64; i++)
        {
            await client.ProduceAsync("t", 3, RawFrames.Batch(new string('x', 30 << 10)));
        }

        // 2 MB for each of 4,000 requests: 8 GB, were they all answered into memory.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        byte[] requests =
        [
            .. Enumerable.Range(0, 4000).SelectMany(i => RawFrames.Of((uint)i, RawFrames.Fetch("t", 3, 0, 2 << 20))),
        ];
        var held = 0L;
        var sending = client.SendAsync(requests);
        while (broker.Cluster[1].ClientConnections.Count > 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
            held = Math.Max(held, GC.GetTotalMemory(forceFullCollection: false) - before);
        }

        Assert.True(held < 512L << 20, $"{held} bytes were held for a client that does not read.");
        Assert.True((await client.ReceiveUntilClosedAsync()).Count < 4000);
        await sending.ContinueWith(static _ => { }, Cancelled, TaskContinuationOptions.None, TaskScheduler.Default);
        await neighbour.GoesOnAsync(Cancelled);
    }

    [Fact(Timeout = HangsAfterMs)]
    public async Task Client_ThatDoesNotTakeItsLastReply_IsCutOff()
    {
        var (toBroker, toClient) = (new Pipe(), new Pipe());
        var transport = new DefaultConnectionContext(
            "last", new PipeConnection.Duplex(toBroker.Reader, toClient.Writer), null!);
        await toBroker.Writer.WriteAsync(new byte[4], Cancelled);

        // The handler is done, and its transport would go on trying to send for as long as the client likes.
        await broker.Cluster[1].ClientConnections.OnConnectedAsync(transport);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, transport.ConnectionClosed)
            .ContinueWith(static _ => { }, Cancelled, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.True(transport.ConnectionClosed.IsCancellationRequested);
    }

    private Task<Neighbour> StartNeighbourAsync() =>
        Neighbour.StartAsync(broker.Cluster[1].ClientEndPoint, "neighbour", 0, Cancelled);

    /// <summary>A connection; where one that was closed a moment ago still counts, as soon as there is room.</summary>
    private async Task<RawClient> OpenAsync()
    {
        while (true)
        {
            var client = await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled);
            if ((await client.TryAskAsync(RawFrames.Handshake)).Error == ErrorCode.None)
            {
                return client;
            }

            await client.DisposeAsync();
        }
    }

    private async Task AssertRefusedAndClosedAsync(bool afterHandshake, byte[] bytes, ErrorCode expected)
    {
        await using var neighbour = await StartNeighbourAsync();
        await using var client = afterHandshake
            ? await OpenAsync()
            : await RawClient.ConnectAsync(broker.Cluster[1].ClientEndPoint, Cancelled);
        await client.SendAsync(bytes);
        var reply = Assert.Single(await client.ReceiveUntilClosedAsync());
        Assert.Equal((0u, expected), (reply.Id, reply.Error));
        Assert.NotEmpty(reply.Failure.Message);
        await neighbour.GoesOnAsync(Cancelled);
    }
}
