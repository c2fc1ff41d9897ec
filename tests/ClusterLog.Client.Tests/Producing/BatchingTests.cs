using ClusterLog.Client.Tests.Support;
using ClusterLog.Protocol;
using ClusterLog.Testing;

namespace ClusterLog.Client.Tests.Producing;

public sealed class BatchingTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new();
    private readonly FakePartition[] _partitions;

    public BatchingTests()
    {
        _partitions = _cluster.AddTopic("t", 4);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Enqueue_WithinLinger_SendsOneBatchWhenLingerHasPassed()
    {
        var time = new ManualTimeProvider();
        await using var client = _cluster.CreateClient(time);
        await using var producer = client.CreateProducer(new ProducerOptions { Linger = TimeSpan.FromSeconds(1) });
        var delivered = 0;
        for (var i = 0; i < 10; i++)
        {
            await producer.EnqueueAsync(Text.Record($"{i}"), _ => Interlocked.Increment(ref delivered), Cancel);
        }

        time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(0, _cluster.ReceivedProduces);

        // The loop may not have set its timer yet, so the clock goes on until it has.
        while (_cluster.ReceivedProduces == 0)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(_cluster.Changed, Task.Delay(10, Cancel));
        }

        await _cluster.WaitUntilAsync(() => _partitions[0].Records.Count() == 10);
        await producer.FlushAsync(Cancel);
        Assert.Equal(1, _cluster.ReceivedProduces);
        Assert.Equal(10, delivered);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), _partitions[0].Records.Select(record => record.Value));
    }

    [Fact]
    public async Task Enqueue_FullBatch_LeavesWithoutLingering()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(
            new ProducerOptions { Linger = TimeSpan.FromHours(1), BatchBytesMax = 1000 });
        for (var i = 0; i < 100; i++)
        {
            await producer.EnqueueAsync(Text.Record(new string('x', 75)), null, Cancel);
        }

        // Header 72 and at most 100 for each: nine fit into a batch, and the eleven full ones leave.
        await _cluster.WaitUntilAsync(() => _partitions[0].Batches.Count >= 8);
        Assert.All(_partitions[0].Batches, batch => Assert.InRange(batch.Length, 700, 1000));
        await producer.FlushAsync(Cancel);
        Assert.Equal(100, _partitions[0].Records.Count());
        var statistics = producer.GetStatistics();
        Assert.Equal(_cluster.ReceivedProduces, statistics.BatchesSent);
        Assert.Equal(100, statistics.RecordsAcknowledged);
        Assert.Equal(0, statistics.BufferedBytes);
        Assert.InRange(statistics.BatchBytesAverage, 300, 1000);
    }

    [Fact]
    public async Task Enqueue_LingerZero_SendsAtOnceAndCollectsWhileInFlight()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions { Linger = TimeSpan.Zero });
        var gate = new TaskCompletionSource();
        await producer.ProduceAsync(Text.Record("first"), Cancel);
        _cluster.ProduceGate = gate.Task;
        await producer.EnqueueAsync(Text.Record("second"), null, Cancel);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 2);
        for (var i = 0; i < 50; i++)
        {
            await producer.EnqueueAsync(Text.Record($"{i}"), null, Cancel);
        }

        Assert.Equal(2, _cluster.ReceivedProduces);
        gate.SetResult();
        await producer.FlushAsync(Cancel);
        Assert.Equal(3, _cluster.ReceivedProduces);
        Assert.Equal(52, _partitions[0].Records.Count());
    }

    [Fact]
    public async Task Enqueue_Keyless_FillsOnePartitionPerBatch()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(
            new ProducerOptions { Linger = TimeSpan.FromHours(1), BatchBytesMax = 1000 });
        for (var i = 0; i < 200; i++)
        {
            await producer.EnqueueAsync(Text.Record(new string('x', 75), partition: null), null, Cancel);
        }

        await producer.FlushAsync(Cancel);
        Assert.All(_partitions, partition => Assert.InRange(partition.Records.Count(), 36, 64));
        Assert.InRange(_cluster.ReceivedProduces, 18, 26);
    }

    [Fact]
    public async Task Enqueue_Keyed_GoesToThePartitionOfItsKey()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer();
        for (var i = 0; i < 100; i++)
        {
            await producer.EnqueueAsync(Text.Record($"{i}", partition: null, key: $"k{i % 10}"), null, Cancel);
        }

        await producer.FlushAsync(Cancel);
        for (var i = 0; i < _partitions.Length; i++)
        {
            Assert.All(_partitions[i].Records, record =>
                Assert.Equal(i, Client.Producing.KeyHash.PartitionOf(Text.Bytes(record.Key!), 4)));
        }

        Assert.Equal(100, _partitions.Sum(partition => partition.Records.Count()));
    }

    [Fact]
    public async Task Enqueue_BufferFull_WaitsInOrderUntilThereIsRoom()
    {
        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions
        {
            Linger = TimeSpan.Zero, BatchBytesMax = 500, BufferBytesMax = 3000, RecordBytesMax = 500,
        });
        var calls = Enumerable.Range(0, 200).Select(i => producer.EnqueueAsync(Text.Record($"{i:D50}"), null, Cancel).AsTask())
            .ToArray();
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces > 0);
        Assert.False(calls[^1].IsCompleted);
        Assert.InRange(producer.GetStatistics().BufferedBytes, 1, 3000);
        gate.SetResult();
        await Task.WhenAll(calls);
        await producer.FlushAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i:D50}"), _partitions[0].Records.Select(record => record.Value));
        Assert.Equal(0, producer.GetStatistics().BufferedBytes);
    }

    [Fact]
    public async Task Enqueue_CancelledWhileWaiting_IsNotSent()
    {
        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions
        {
            Linger = TimeSpan.Zero, BatchBytesMax = 100, BufferBytesMax = 300, RecordBytesMax = 300,
        });
        using var cancel = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 20).Select(i => producer.EnqueueAsync(Text.Record($"{i}"), null, cancel.Token).AsTask())
            .ToArray();
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces > 0);
        await cancel.CancelAsync();
        gate.SetResult();
        var cancelled = 0;
        foreach (var call in calls)
        {
            await Task.WhenAny(call);
            cancelled += call.IsCanceled ? 1 : 0;
        }

        await producer.FlushAsync(Cancel);
        Assert.InRange(cancelled, 1, 19);
        Assert.Equal(20 - cancelled, _partitions[0].Records.Count());
    }

    [Fact]
    public async Task Enqueue_RecordTooLarge_FailsInTheCall()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions { RecordBytesMax = 1000 });
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => producer.ProduceAsync(Text.Record(new string('x', 1001)), Cancel));
        Assert.Equal(ErrorCode.RecordTooLarge, error.Code);
        await producer.ProduceAsync(Text.Record(new string('x', 900)), Cancel);
    }

    [Theory]
    [InlineData("t", 4, ErrorCode.UnknownPartition)]
    [InlineData("missing", 0, ErrorCode.UnknownTopic)]
    public async Task Enqueue_NoSuchPlace_Fails(string topic, int partition, ErrorCode expected)
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer();
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => producer.ProduceAsync(Text.Record("x", partition, topic), Cancel));
        Assert.Equal(expected, error.Code);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Flush_NothingEnqueued_Completes()
    {
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer();
        await producer.FlushAsync(Cancel);
        Assert.Equal(0, _cluster.ReceivedProduces);
    }

    [Fact]
    public async Task Flush_Lingering_WaitsForTheOutcomeOfAll()
    {
        var gate = new TaskCompletionSource();
        _cluster.ProduceGate = gate.Task;
        await using var client = _cluster.CreateClient();
        await using var producer = client.CreateProducer(new ProducerOptions { Linger = TimeSpan.FromHours(1) });
        var delivered = 0;
        for (var i = 0; i < 40; i++)
        {
            await producer.EnqueueAsync(Text.Record($"{i}", i % 4), _ => Interlocked.Increment(ref delivered), Cancel);
        }

        var flush = producer.FlushAsync(Cancel);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedProduces == 4);
        Assert.False(flush.IsCompleted);
        gate.SetResult();
        await flush;
        Assert.Equal(40, delivered);
    }
}
