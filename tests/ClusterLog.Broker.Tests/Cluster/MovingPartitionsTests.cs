using ClusterLog.Broker.Hosting;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>
/// Partitions of five real brokers move while one producer and one consumer go on: nothing is lost, doubled or out of order,
/// and every move comes to its end.
/// </summary>
public sealed class MovingPartitionsTests
{
    private const string Topic = "t";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Move_AwayFromAllBrokersButOneAndBackAtOnce_KeepsThePartition()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 1);
        var before = await ReplicasAsync(client);
        int[] away = [before[0], .. cluster.Ids.Except(before)];
        for (var round = 0; round < 3; round++)
        {
            await MoveAsync(client, 0, away);
            await MoveAsync(client, 0, before);
            await load.GoOnAsync(50);
        }

        await AwaitSettledAsync(client, [before]);
        await load.CheckAsync();
    }

    [Fact]
    public async Task Move_ToThreeOthersWhileTheirLeaderStops_EndsThereWithEveryRecord()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 1);
        await load.GoOnAsync(500);
        var before = await ReplicasAsync(client);
        int[] to = [.. cluster.Ids.Except(before), before[2]];
        await MoveAsync(client, 0, to);
        await cluster.StopBrokerAsync(before[0], abruptly: true);
        await load.GoOnAsync(100);
        await cluster.StartBrokerAsync(before[0], Cancelled);
        await AwaitSettledAsync(client, [to]);
        await load.GoOnAsync(100);
        await load.CheckAsync();
    }

    [Fact]
    public async Task Cancel_OfAMoveToABrokerThatIsDown_GoesBackAndLeavesNothingToCancel()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 1);
        var before = await ReplicasAsync(client);
        var down = cluster.Ids.Except(before).First();
        await cluster.StopBrokerAsync(down, abruptly: true);
        await MoveAsync(client, 0, [before[0], before[1], down]);
        await load.GoOnAsync(100);
        var move = Assert.Single(await client.Admin.ListMovesAsync(Cancelled));
        Assert.Equal(before, move.From.Select(broker => broker.Value));
        Assert.NotNull(move.Since);

        await client.Admin.CancelMoveAsync(new TopicPartition(Topic, 0), Cancelled);
        await AwaitSettledAsync(client, [before]);
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => client.Admin.CancelMoveAsync(new TopicPartition(Topic, 0), Cancelled));
        Assert.Equal(ErrorCode.NotMoving, error.Code);
        await load.CheckAsync();
    }

    [Fact]
    public async Task Broker_ThatIsGone_HasItsReplicasRebuiltOnOthers()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, options =>
        {
            Configure(options);
            options.Replication.ReplaceAfter = TimeSpan.FromSeconds(2);
            options.Replication.MovesMax = 2;
        });
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 6);
        await load.GoOnAsync(300);
        await cluster.StopBrokerAsync(4, abruptly: true);
        await AwaitAsync(async () => !(await PlacesAsync(client)).Any(replicas => replicas.Contains(4)));
        await AwaitAsync(async () => (await client.Admin.ListMovesAsync(Cancelled)).Count == 0);
        Assert.All(await PlacesAsync(client), replicas => Assert.Equal(3, replicas.Distinct().Count()));
        await load.GoOnAsync(100);
        await load.CheckAsync();
    }

    [Fact]
    public async Task Resize_OfATopicInUse_AddsPartitionsAndReplicasAndTakesReplicasAway()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 2);
        await client.Admin.ResizeTopicAsync(Topic, partitions: 4, replicas: 5, Cancelled);
        await AwaitAsync(async () => await PlacesAsync(client) is { Length: 4 } places && places.All(static at => at.Length == 5));
        await client.Admin.ResizeTopicAsync(Topic, partitions: 4, replicas: 5, Cancelled);
        await client.Admin.ResizeTopicAsync(Topic, replicas: 1, cancellationToken: Cancelled);
        await AwaitAsync(async () => (await PlacesAsync(client)).All(static at => at.Length == 1)
            && (await client.Admin.ListMovesAsync(Cancelled)).Count == 0);
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => client.Admin.ResizeTopicAsync(Topic, partitions: 3, cancellationToken: Cancelled));
        Assert.Equal(ErrorCode.InvalidPartitionCount, error.Code);
        await load.CheckAsync();
    }

    [Fact]
    public async Task Rebalance_OfPartitionsThatStandOnThreeBrokers_LevelsAllFive()
    {
        await using var cluster = await TestCluster.StartAsync(5, Cancelled, Configure);
        await using var client = cluster.CreateClient();
        await using var load = await Load.StartAsync(client, partitions: 5);
        for (var partition = 0; partition < 5; partition++)
        {
            await MoveAsync(client, partition, [1, 2, 3]);
        }

        await AwaitSettledAsync(client, [.. Enumerable.Repeat<int[]>([1, 2, 3], 5)]);
        Assert.Equal(6, (await client.Admin.RebalanceAsync(execute: false, Cancelled)).Sum(
            move => move.To.Except(move.From).Count()));
        await client.Admin.RebalanceAsync(execute: true, Cancelled);
        await AwaitAsync(async () => (await PlacesAsync(client)).SelectMany(static at => at).CountBy(static at => at)
            .All(static held => held.Value == 3) && (await client.Admin.ListMovesAsync(Cancelled)).Count == 0);
        await load.CheckAsync();
    }

    private static void Configure(BrokerOptions options)
    {
        options.Raft.TickInterval = TimeSpan.FromMilliseconds(20);
        options.Replication.ReplaceAfter = TimeSpan.Zero;
    }

    private static Task MoveAsync(ClusterLogClient client, int partition, int[] brokers) => client.Admin.MovePartitionAsync(
        new TopicPartition(Topic, partition), [.. brokers.Select(broker => new BrokerId(broker))], Cancelled);

    private static async Task<int[][]> PlacesAsync(ClusterLogClient client) =>
        [.. (await client.Admin.DescribeTopicAsync(Topic, Cancelled)).Partitions.Select(
            partition => partition.Replicas.Select(replica => replica.Value).ToArray())];

    private static async Task<int[]> ReplicasAsync(ClusterLogClient client) => (await PlacesAsync(client))[0];

    private static Task AwaitSettledAsync(ClusterLogClient client, int[][] places) => AwaitAsync(async () =>
        (await client.Admin.ListMovesAsync(Cancelled)).Count == 0
        && (await PlacesAsync(client)).Zip(places).All(pair => pair.First.SequenceEqual(pair.Second)));

    private static async Task AwaitAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
    }

    /// <summary>One producer and one consumer of the topic.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly DeliveryHistory _history = new();
        private readonly CancellationTokenSource _producing = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        private readonly CancellationTokenSource _consuming = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        private readonly ClusterLogClient _client;
        private readonly int _partitions;
        private Task _producer = Task.CompletedTask;
        private Task _consumer = Task.CompletedTask;

        private Load(ClusterLogClient client, int partitions) => (_client, _partitions) = (client, partitions);

        public static async Task<Load> StartAsync(ClusterLogClient client, int partitions)
        {
            await client.Admin.CreateTopicAsync(Topic, partitions, replicas: 3, cancellationToken: Cancelled);
            var load = new Load(client, partitions);
            load._producer = load.ProduceAsync(load._producing.Token);
            load._consumer = load.ConsumeAsync(load._consuming.Token);
            return load;
        }

        /// <summary>Until so many more are acknowledged.</summary>
        public async Task GoOnAsync(int records)
        {
            for (var target = _history.Acknowledged + records; _history.Acknowledged < target;)
            {
                Assert.False(_producer.IsFaulted, $"{_producer.Exception}");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
            }
        }

        public async Task CheckAsync()
        {
            await _producing.CancelAsync();
            await _producer;
            while (_history.Found < _history.Acknowledged && !_consumer.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
            }

            await _consuming.CancelAsync();
            await _consumer;
            _history.Check();
        }

        public async ValueTask DisposeAsync()
        {
            await _producing.CancelAsync();
            await _consuming.CancelAsync();
            await Task.WhenAny(Task.WhenAll(_producer, _consumer));
            _producing.Dispose();
            _consuming.Dispose();
        }

        private async Task ProduceAsync(CancellationToken cancellationToken)
        {
            await using var producer = _client.CreateProducer();
            for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
            {
                var value = DeliveryHistory.ValueOf(0, number);
                await producer.EnqueueAsync(
                    new ProducerRecord { Topic = Topic, Partition = number % _partitions, Value = value },
                    report => _history.OnDelivery(value, report),
                    Cancelled);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancelled);
            }

            await producer.FlushAsync(Cancelled);
        }

        private async Task ConsumeAsync(CancellationToken cancellationToken)
        {
            try
            {
                var options = new ConsumeOptions { Topic = Topic };
                await foreach (var record in _client.ConsumeAsync(options, cancellationToken))
                {
                    _history.OnConsumed(record);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // All was found.
            }
        }
    }
}
