using ClusterLog.Client.Tests.Support;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Testing;

namespace ClusterLog.Client.Tests.Producing;

public sealed class RetryTests : IAsyncDisposable
{
    private const int Records = 400;

    private readonly FakeCluster _cluster = new(3);
    private readonly FakePartition[] _partitions;

    public RetryTests()
    {
        _partitions = _cluster.AddTopic("t", 3);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("reject")]
    [InlineData("drop before")]
    [InlineData("drop after")]
    public async Task Produce_FaultWithFiveInFlight_KeepsOrderWithoutLossOrDuplicate(string kind)
    {
        var fault = kind switch
        {
            "reject" => ProduceFault.Reject(ErrorCode.TooManyRequests),
            "drop before" => ProduceFault.DropBefore,
            _ => ProduceFault.DropAfter,
        };
        foreach (var next in new[] { ProduceFault.None, fault, ProduceFault.None, fault, fault })
        {
            _cluster.ProduceFaults.Enqueue(next);
        }

        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, Records);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 5);
        gate.SetResult();
        await producer.FlushAsync(Cancel);
        AssertAllOnceInOrder(_partitions[0], reports);
        Assert.NotEqual(0, producer.GetStatistics().Retries);
    }

    [Fact]
    public async Task Produce_StoredBatchIsRefusedWhenSentAgain_LaterOnesDoNotMakeTheLeaderForgetIt()
    {
        var noFault = Enumerable.Repeat(ProduceFault.None, 4).ToArray();
        ProduceFault[] faults =
            [ProduceFault.TimeOutAfter, .. noFault, ProduceFault.Reject(ErrorCode.TooManyRequests), .. noFault];
        foreach (var fault in faults)
        {
            _cluster.ProduceFaults.Enqueue(fault);
        }

        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, Records);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 5);
        gate.SetResult();
        await producer.FlushAsync(Cancel);
        AssertAllOnceInOrder(_partitions[0], reports);
    }

    [Fact]
    public async Task Produce_RandomFaults_KeepsOrderWithoutLossOrDuplicate()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        for (var i = 0; i < 200; i++)
        {
            _cluster.ProduceFaults.Enqueue(random.Next(7) switch
            {
                0 => ProduceFault.DropAfter,
                1 => ProduceFault.DropBefore,
                2 => ProduceFault.Reject(ErrorCode.LeaderNotAvailable),
                3 => ProduceFault.Reject(ErrorCode.RequestTimedOut),
                4 => ProduceFault.TimeOutAfter,
                _ => ProduceFault.None,
            });
        }

        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, Records * 3, partitions: 3);
        await producer.FlushAsync(Cancel);
        for (var p = 0; p < 3; p++)
        {
            AssertAllOnceInOrder(_partitions[p], [.. reports.Where(report => report.Partition.Partition == p)], $"seed {Seed}");
        }
    }

    [Fact]
    public async Task Produce_LeaderMovesAndOldOneSaysWhereTo_GoesThereWithoutAskingAnyoneElse()
    {
        _cluster.GivesHints = true;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, Records / 2);
        await producer.FlushAsync(Cancel);
        var asked = _cluster.MetadataRequests;
        _cluster.MoveLeader(_partitions[0], 3);
        await EnqueueAsync(producer, Records / 2, first: Records / 2, into: reports);
        await producer.FlushAsync(Cancel);
        Assert.Equal(asked, _cluster.MetadataRequests);
        Assert.NotEqual(0, producer.GetStatistics().Retries);
        AssertAllOnceInOrder(_partitions[0], reports);
    }

    [Fact]
    public async Task Produce_LeaderMovesAndOldOneStops_GoesOnAtTheNewOne()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, 100);
        await _cluster.WaitUntilAsync(() => _partitions[0].Batches.Count > 2);
        _cluster.MoveLeader(_partitions[0], 2);
        await _cluster.Brokers[0].StopAsync();
        await EnqueueAsync(producer, 100, first: 100, into: reports);
        await producer.FlushAsync(Cancel);
        AssertAllOnceInOrder(_partitions[0], reports);
    }

    [Fact]
    public async Task Produce_AllBrokersRestart_GoesOn()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches());
        var reports = await EnqueueAsync(producer, 50);
        foreach (var broker in _cluster.Brokers)
        {
            await broker.StopAsync();
        }

        await EnqueueAsync(producer, 50, first: 50, into: reports);
        foreach (var broker in _cluster.Brokers)
        {
            broker.Start();
        }

        await producer.FlushAsync(Cancel);
        AssertAllOnceInOrder(_partitions[0], reports);
    }

    [Fact]
    public async Task Produce_ProducerForgotten_FailsWhatWasSentAndGoesOnUnderAnotherId()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer();
        await producer.ProduceAsync(Text.Record("a"), Cancel);
        _partitions[0].ForgetProducers();
        var error = await Assert.ThrowsAsync<ClusterLogException>(() => producer.ProduceAsync(Text.Record("b"), Cancel));
        Assert.Equal(ErrorCode.UnknownProducer, error.Code);
        await producer.ProduceAsync(Text.Record("c"), Cancel);
        Assert.Equal(["a", "c"], _partitions[0].Records.Select(record => record.Value));
        Assert.Equal([0, 1, 0], _cluster.ProducedBatches.Select(batch => Header(batch).BaseSequence));
        Assert.Equal(2, _cluster.ProducedBatches.Select(batch => Header(batch).ProducerId).Distinct().Count());
    }

    [Fact]
    public async Task Produce_NotIdempotent_SendsWithoutIdAndKeepsOrder()
    {
        _cluster.ProduceFaults.Enqueue(ProduceFault.Reject(ErrorCode.TooManyRequests));
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(SmallBatches(isIdempotent: false));
        var reports = await EnqueueAsync(producer, 100);
        await producer.FlushAsync(Cancel);
        AssertAllOnceInOrder(_partitions[0], reports);
        Assert.All(_cluster.ProducedBatches, batch => Assert.Equal((-1, -1), (Header(batch).ProducerId, Header(batch).BaseSequence)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Produce_DeliveryTimeout_ReportsWhetherItMayBeStored(bool isSent)
    {
        var time = new ManualTimeProvider();
        if (isSent)
        {
            _cluster.ProduceGate = new TaskCompletionSource().Task;
        }
        else
        {
            _cluster.MoveLeader(_partitions[0], 0);
        }

        await using var client = _cluster.CreateClient(time, TimeSpan.FromHours(1));
        await using var producer = client.CreateProducer(
            new ProducerOptions { Linger = TimeSpan.Zero, DeliveryTimeout = TimeSpan.FromSeconds(30) });
        var call = producer.ProduceAsync(Text.Record("x"), Cancel);
        await _cluster.WaitUntilAsync(() => isSent ? _cluster.ReceivedProduces == 1 : _cluster.MetadataRequests >= 2);
        var start = time.GetTimestamp();
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(call, Task.Delay(1, Cancel));
        }

        var error = await Assert.ThrowsAsync<ClusterLogException>(() => call);
        Assert.Equal((ErrorCode.RequestTimedOut, isSent), (error.Code, error.IsOutcomeUnknown));
        Assert.True(time.GetElapsedTime(start) >= TimeSpan.FromSeconds(28), error.Message);
        Assert.Equal(1, producer.GetStatistics().RecordsFailed);
    }

    [Fact]
    public async Task Produce_TimedOutBatch_IsNeverSentUnderOtherSequences()
    {
        var time = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        _cluster.ProduceFaults.Enqueue(ProduceFault.DropBefore);
        await using var client = _cluster.CreateClient(time, TimeSpan.FromHours(1));
        await using var producer = client.CreateProducer(
            new ProducerOptions { Linger = TimeSpan.Zero, DeliveryTimeout = TimeSpan.FromSeconds(30) });
        var lost = producer.ProduceAsync(Text.Record("lost"), Cancel);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 1);
        while (!lost.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(lost, Task.Delay(1, Cancel));
        }

        await Assert.ThrowsAsync<ClusterLogException>(() => lost);
        gate.SetResult();
        await producer.ProduceAsync(Text.Record("next"), Cancel);
        Assert.Equal(["next"], _partitions[0].Records.Select(record => record.Value));
        var ids = _cluster.ProducedBatches.Select(batch => (Header(batch).ProducerId, Header(batch).BaseSequence)).ToArray();
        Assert.Equal(2, ids.Length);
        Assert.NotEqual(ids[0].ProducerId, ids[1].ProducerId);
        Assert.Equal(0, ids[1].BaseSequence);
    }

    [Fact]
    public async Task Dispose_BrokerNeverAnswers_FailsWhatIsLeftAndEnds()
    {
        _cluster.ProduceGate = new TaskCompletionSource().Task;
        var client = _cluster.CreateClient(requestTimeout: TimeSpan.FromSeconds(1));
        var producer = client.CreateProducer();
        DeliveryReport? report = null;
        await producer.EnqueueAsync(Text.Record("x"), outcome => report = outcome, Cancel);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 1);
        await producer.DisposeAsync();
        await client.DisposeAsync();
        Assert.True(report!.Value.Error!.IsOutcomeUnknown);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => producer.ProduceAsync(Text.Record("y"), Cancel));
    }

    private static ProducerOptions SmallBatches(bool isIdempotent = true) => new()
    {
        Linger = TimeSpan.FromMilliseconds(1), BatchBytesMax = 400, RequestsInFlightPerPartitionMax = 5, Idempotent = isIdempotent,
    };

    private static RecordBatchHeader Header(byte[] batch)
    {
        Assert.True(RecordBatchHeader.TryRead(batch, out var header));
        return header;
    }

    private static async Task<List<DeliveryReport>> EnqueueAsync(
        Producer producer, int count, int partitions = 1, int first = 0, List<DeliveryReport>? into = null)
    {
        var reports = into ?? [];
        for (var i = 0; i < count; i++)
        {
            await producer.EnqueueAsync(
                Text.Record($"{first + (i / partitions)}", i % partitions),
                report =>
                {
                    lock (reports)
                    {
                        reports.Add(report);
                    }
                },
                Cancel);
        }

        return reports;
    }

    private static void AssertAllOnceInOrder(FakePartition partition, List<DeliveryReport> reports, string? context = null)
    {
        Assert.All(reports, report => Assert.Null(report.Error));
        var values = partition.Records.Select(record => record.Value!).ToArray();
        Assert.True(
            Enumerable.Range(0, reports.Count).Select(i => $"{i}").SequenceEqual(values),
            $"{context}: {string.Join(' ', values)}");
        Assert.Equal(
            Enumerable.Range(0, reports.Count).Select(i => (long)i), reports.Select(report => report.Offset.Value).Order());
    }
}
