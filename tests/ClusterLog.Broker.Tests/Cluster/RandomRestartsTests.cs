using System.Globalization;
using ClusterLog.Broker.Hosting;
using ClusterLog.Client;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>
/// Producers and a consumer go on while brokers stop and return at random, one at a time and now and then all at once.
/// <c>CLUSTERLOG_SEED</c> gives the faults of another run, <c>CLUSTERLOG_SECONDS</c> how long they last.
/// </summary>
public sealed class RandomRestartsTests
{
    private const string Topic = "t";
    private const int Partitions = 3;
    private const int Producers = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Produce_WhileBrokersRestartAtRandom_LosesRepeatsAndReordersNothing()
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
        await using var cluster = await TestCluster.StartAsync(3, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync(Topic, Partitions, replicas: 3, cancellationToken: Cancelled);
        var history = new DeliveryHistory();
        using var producing = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var consuming = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task[] producers =
        [
            .. Enumerable.Range(0, Producers).Select(
                id => ProduceAsync(cluster, id, new Random(random.Next()), history, producing.Token)),
        ];
        var consumer = ConsumeAsync(client, history, consuming.Token);
        await DisturbAsync(cluster, random, length);
        await producing.CancelAsync();
        await Task.WhenAll(producers);
        while (history.Found < history.Acknowledged && !consumer.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }

        await consuming.CancelAsync();
        await consumer;
        history.Check();
        TestContext.Current.TestOutputHelper?.WriteLine($"{history.Found} records");
        Assert.True(history.Found > 100, $"Only {history.Found} records came through.");
        await CheckReplicasAsync(cluster, client, history.Found);
    }

    /// <summary>Elections are quick, and files so small that they are filled, recycled and read back all the time.</summary>
    private static void Configure(BrokerOptions options)
    {
        options.Raft.TickInterval = TimeSpan.FromMilliseconds(20);
        options.Limits.FrameBytesMax = 64 << 10;
        options.Limits.RecordBytesMax = 32 << 10;
        options.Storage.WalFileBytes = 256 << 10;
        options.Storage.SegmentBytesMax = 128 << 10;
        options.Storage.SegmentFlushBytes = 16 << 10;
        options.Storage.SegmentFlushInterval = TimeSpan.FromMilliseconds(500);
        options.Storage.TailBytesMax = 1 << 20;
    }

    private static async Task ProduceAsync(
        TestCluster cluster, int id, Random random, DeliveryHistory history, CancellationToken stop)
    {
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions { BatchBytesMax = 8 << 10 });
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var value = DeliveryHistory.ValueOf(id, number);
            await producer.EnqueueAsync(
                new ProducerRecord { Topic = Topic, Partition = random.Next(Partitions), Value = value },
                report => history.OnDelivery(value, report),
                Cancelled);
            if (random.Next(10) == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5)), TimeProvider.System, Cancelled);
            }
        }

        await producer.FlushAsync(Cancelled);
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

    private static async Task DisturbAsync(TestCluster cluster, Random random, TimeSpan length)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < length)
        {
            await PauseAsync(random, 600);
            var abruptly = random.Next(3) > 0;
            int[] stopping = random.Next(4) == 0 ? [.. cluster.Ids] : [random.Next(1, 4)];
            await Task.WhenAll(stopping.Select(id => cluster.StopBrokerAsync(id, abruptly)));
            await PauseAsync(random, 400);
            foreach (var id in stopping)
            {
                await cluster.StartBrokerAsync(id, Cancelled);
            }

            if (random.Next(2) == 0)
            {
                await cluster.WaitUntilReadyAsync(Cancelled);
            }
        }

        await cluster.WaitUntilReadyAsync(Cancelled);
    }

    private static Task PauseAsync(Random random, int millisecondsMax) =>
        Task.Delay(TimeSpan.FromMilliseconds(random.Next(millisecondsMax)), TimeProvider.System, Cancelled);

    private static async Task CheckReplicasAsync(TestCluster cluster, ClusterLogClient client, int records)
    {
        while (true)
        {
            var status = await client.Admin.GetClusterStatusAsync(Cancelled);
            var groups = status.Groups.Where(group => group.Topic == Topic).ToArray();
            Assert.Equal(Partitions, groups.Length);
            var ends = groups.Select(group => group.Replicas.Max(replica => replica.NextOffset.Value)).ToArray();
            if (groups.All(group => group.Replicas.Count == cluster.Ids.Count
                && group.Replicas.Select(replica => replica.NextOffset).Distinct().Count() == 1))
            {
                Assert.Equal(records, ends.Sum());
                Assert.All(groups, group => Assert.Single(group.Replicas.Select(replica => replica.Checksum).Distinct()));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
