using System.Buffers;
using System.Globalization;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Client;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>
/// Brokers whose memory for payloads is used again all the time, and overwritten before: whatever reads a payload too late
/// serves something that was never written, or breaks its broker. Producers and a consumer go on, other consumers ask for
/// much and take it slowly or not at all, and brokers stop, and so lose their leaders and connections.
/// <c>CLUSTERLOG_SEED</c> gives another run, <c>CLUSTERLOG_SECONDS</c> how long it lasts.
/// </summary>
public sealed class ReusedPayloadsTests
{
    private const string Topic = "t";
    private const int Partitions = 4;
    private const int FetchBytes = 48 << 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_WhileMemoryIsUsedAgain_FindsWhatWasWritten()
    {
        var seed = Setting("CLUSTERLOG_SEED") ?? Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"CLUSTERLOG_SEED={seed}");
        try
        {
            await RunAsync(new Random(seed), TimeSpan.FromSeconds(Setting("CLUSTERLOG_SECONDS") ?? 6));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"CLUSTERLOG_SEED={seed}: {exception.Message}", exception);
        }
    }

    private static async Task RunAsync(Random random, TimeSpan length)
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled, Configure, payloadBlockBytes: 64 << 10);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync(Topic, Partitions, replicas: 3, cancellationToken: Cancelled);
        var history = new DeliveryHistory();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var consuming = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task<long>[] producers = [.. Enumerable.Range(0, 3).Select(
            id => ProduceAsync(cluster, id, new Random(random.Next()), history, stopping.Token))];
        Task<int>[] slow = [.. Enumerable.Range(0, 3).Select(
            _ => ReadSlowlyAsync(cluster, history, new Random(random.Next()), stopping.Token))];
        var consumer = ConsumeAsync(client, history, consuming.Token);
        await DisturbAsync(cluster, random, length);
        await stopping.CancelAsync();
        var written = (await Task.WhenAll(producers)).Sum();
        var batches = (await Task.WhenAll(slow)).Sum();
        var since = TimeProvider.System.GetTimestamp();
        while (history.Found < history.Acknowledged && !consumer.IsCompleted)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(60),
                $"{history.Found} of {history.Acknowledged} acknowledged records were found");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }

        await consuming.CancelAsync();
        await consumer;
        history.Check();
        Assert.All(cluster.Running, broker => Assert.False(broker.Failure.IsCompleted));
        var blocks = cluster.Payloads.Values.Sum(static memory => memory.UsedBytes + memory.FreeBytes + memory.LostBytes);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{history.Found} records, {written} bytes, {batches} batches read slowly, blocks of {blocks} bytes");
        Assert.True(batches > 0);
        Assert.InRange(blocks, 1, written);
    }

    /// <summary>Little stays in memory, and replies push back early.</summary>
    private static void Configure(BrokerOptions options)
    {
        options.Raft.TickInterval = TimeSpan.FromMilliseconds(20);
        options.Limits.FrameBytesMax = 64 << 10;
        options.Limits.RecordBytesMax = 32 << 10;
        options.Limits.FetchBytesMax = FetchBytes;
        options.Limits.ReplyBytesBufferedMax = 64 << 10;
        options.Storage.WalFileBytes = 512 << 10;
        options.Storage.SegmentBytesMax = 256 << 10;
        options.Storage.SegmentFlushBytes = 4 << 10;
        options.Storage.SegmentFlushInterval = TimeSpan.FromMilliseconds(100);
        options.Storage.TailBytesMax = 128 << 10;
    }

    private static async Task<long> ProduceAsync(
        TestCluster cluster, int id, Random random, DeliveryHistory history, CancellationToken stop)
    {
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions { BatchBytesMax = 12 << 10 });
        var bytes = 0L;
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var value = ValueOf(id, number);
            bytes += value.Length;
            await producer.EnqueueAsync(
                new ProducerRecord { Topic = Topic, Partition = random.Next(Partitions), Value = value },
                report => history.OnDelivery(value, report),
                Cancelled);
            if (random.Next(20) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5)), TimeProvider.System, Cancelled);
            }
        }

        await producer.FlushAsync(Cancelled);
        return bytes;
    }

    /// <summary>A value says itself what it must be.</summary>
    private static byte[] ValueOf(int producer, int number)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{producer}-{number}-");
        return System.Text.Encoding.ASCII.GetBytes(head + new string((char)('a' + (number % 26)), 50 + (number * 37 % 900)));
    }

    private static async Task ConsumeAsync(ClusterLogClient client, DeliveryHistory history, CancellationToken stop)
    {
        try
        {
            await foreach (var record in client.ConsumeAsync(new ConsumeOptions { Topic = Topic }, stop))
            {
                history.OnConsumed(record);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // All that was sent has been read.
        }
    }

    /// <summary>Asks for more than its connection takes, waits, and reads the replies one after the other, or leaves.</summary>
    private static async Task<int> ReadSlowlyAsync(
        TestCluster cluster, DeliveryHistory history, Random random, CancellationToken stop)
    {
        var batches = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var client = await RawClient.ConnectAsync(
                    cluster.OptionsOf(random.Next(1, 4)).ClientListen.ToEndPoint(), Cancelled);
                await client.SendAsync(100, RawFrames.Handshake);
                if (await client.ReceiveAsync() is null)
                {
                    continue;
                }

                for (uint id = 1; id <= 12; id++)
                {
                    // Mostly of what is in memory, and will not be for long.
                    var offset = Math.Max(0, (history.Found / Partitions) - random.Next(200));
                    await client.SendAsync(id, RawFrames.Fetch(Topic, random.Next(Partitions), offset, FetchBytes));
                }

                for (var replies = random.Next(13); replies > 0; replies--)
                {
                    await PauseAsync(random, 60);
                    if (await client.ReceiveAsync() is not { } reply)
                    {
                        break;
                    }

                    batches += Check(reply);
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or EndOfStreamException)
            {
                // The broker is down, or went away meanwhile.
                await PauseAsync(random, 100);
            }
        }

        return batches;
    }

    private static int Check(RawReply reply)
    {
        if (reply.Error != ErrorCode.None)
        {
            return 0;
        }

        var fetched = Assert.Single(reply.Body<FetchResponse>().Partitions);
        foreach (var batch in fetched.Batches)
        {
            var bytes = batch.ToArray();
            var validation = RecordBatchValidator.ValidateStored(bytes);
            Assert.True(validation.IsValid, validation.Message);
        }

        foreach (var (_, value) in RawFrames.Records(fetched.Batches))
        {
            var parts = value.Split('-');
            var expected = ValueOf(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
            Assert.Equal(System.Text.Encoding.ASCII.GetString(expected), value);
        }

        return fetched.Batches.Count;
    }

    private static async Task DisturbAsync(TestCluster cluster, Random random, TimeSpan length)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < length)
        {
            await PauseAsync(random, 2_000);
            var id = random.Next(1, 4);
            await cluster.StopBrokerAsync(id, abruptly: random.Next(2) == 0);
            await PauseAsync(random, 300);
            await cluster.StartBrokerAsync(id, Cancelled);
            await cluster.WaitUntilReadyAsync(Cancelled);
        }
    }

    private static Task PauseAsync(Random random, int millisecondsMax) =>
        Task.Delay(TimeSpan.FromMilliseconds(random.Next(millisecondsMax)), TimeProvider.System, Cancelled);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
