using ClusterLog.Client.Tests.Support;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Tests.Consuming;

public sealed class ConsumerTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(3);
    private readonly FakePartition[] _partitions;
    private readonly ClusterLogClient _client;

    public ConsumerTests()
    {
        _partitions = _cluster.AddTopic("t", 3);
        _client = _cluster.CreateClient();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Consume_UntilEnd_GivesEveryRecordOfAllPartitionsOnceInOrder()
    {
        await ProduceAsync(300, partitions: 3);
        var records = await Text.ReadAsync(_client, Options() with { UntilEnd = true });
        Assert.Equal(300, records.Count);
        for (var p = 0; p < 3; p++)
        {
            var offsets = records.Where(record => record.Partition.Partition == p).Select(record => record.Offset.Value);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), offsets);
        }
    }

    [Fact]
    public async Task Consume_UntilEndOfEmptyTopic_EndsAtOnce() =>
        Assert.Empty(await Text.ReadAsync(_client, Options() with { UntilEnd = true }));

    [Theory]
    [InlineData("offset", 57)]
    [InlineData("timestamp", 40)]
    [InlineData("by partition", 99)]
    [InlineData("late timestamp", 100)]
    [InlineData("latest", 100)]
    public async Task Consume_From_StartsThereWithinABatch(string from, int first)
    {
        await ProduceAsync(100);
        var options = Options() with
        {
            Partitions = [0],
            UntilEnd = true,
            FromOffsets = from == "by partition" ? new Dictionary<int, Offset> { [0] = new(99) } : null,
            From = from switch
            {
                "offset" => StartPosition.AtOffset(57),
                "timestamp" => StartPosition.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(1040)),
                "late timestamp" => StartPosition.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(9999)),
                "latest" => StartPosition.Latest,
                _ => StartPosition.Earliest,
            },
        };
        var records = await Text.ReadAsync(_client, options);
        Assert.Equal(Enumerable.Range(first, 100 - first).Select(i => (long)i), records.Select(record => record.Offset.Value));
    }

    [Fact]
    public async Task Consume_Following_SeesRecordsThatComeLater()
    {
        await ProduceAsync(10);
        var reading = Text.ReadAsync(_client, Options(), count: 20);
        await _cluster.WaitUntilAsync(() => _cluster.ReceivedFetches > 0);
        await ProduceAsync(10, first: 10);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), (await reading).Select(Text.Value));
    }

    [Fact]
    public async Task Consume_LeaderMovesAndOldOneStops_GoesOnWithoutGapOrRepeat()
    {
        await ProduceAsync(50);
        var values = new List<string?>();
        await foreach (var record in _client.ConsumeAsync(Options() with { Partitions = [0] }, Cancel))
        {
            values.Add(Text.Value(record));
            if (values.Count == 25)
            {
                _cluster.MoveLeader(_partitions[0], 2);
                await _cluster.Brokers[0].StopAsync();
                await ProduceAsync(50, first: 50);
            }

            if (values.Count == 100)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), values);
    }

    [Theory]
    [InlineData(OffsetResetPolicy.Earliest, 20)]
    [InlineData(OffsetResetPolicy.Latest, 0)]
    public async Task Consume_OffsetOutOfRange_GoesOnByPolicy(OffsetResetPolicy policy, int expected)
    {
        var resets = new List<OffsetReset>();
        await ProduceAsync(40);
        _partitions[0].LogStart = 20;
        var records = await Text.ReadAsync(_client, Options() with
        {
            Partitions = [0], From = StartPosition.AtOffset(5), UntilEnd = true, WhenOutOfRange = policy, OnReset = resets.Add,
        });
        Assert.Equal(expected, records.Count);
        var reset = Assert.Single(resets);
        Assert.Equal((new Offset(5), new Offset(40 - expected), 35L - expected), (reset.From, reset.To, reset.Skipped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consume_RecordsDeletedMeanwhile_FailsOnlyWhereTheyAreMissed(bool hasRead)
    {
        // Two batches.
        await ProduceAsync(20);
        await ProduceAsync(20);
        var options = Options() with { Partitions = [0], UntilEnd = true, FetchBytesMax = 1, PartitionFetchBytesMax = 1 };
        if (hasRead)
        {
            // It has read from the first record on, and the broker deletes faster than it reads.
            _cluster.BeforeFetch = offset => _partitions[0].LogStart = offset > 0 ? 35 : 0;
            var error = await Assert.ThrowsAsync<ClusterLogException>(() => Text.ReadAsync(_client, options));
            Assert.Equal(ErrorCode.OffsetOutOfRange, error.Code);
            Assert.Contains("from 35 up to, not including, 40", error.Message, StringComparison.Ordinal);
        }
        else
        {
            // Between the look at where the partition begins and the first fetch.
            _cluster.BeforeFetch = _ => _partitions[0].LogStart = 35;
            Assert.Equal(5, (await Text.ReadAsync(_client, options)).Count);
        }
    }

    [Fact]
    public async Task Consume_OffsetOutOfRange_FailsByDefault()
    {
        await ProduceAsync(10);
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => Text.ReadAsync(_client, Options() with { Partitions = [0], From = StartPosition.AtOffset(11) }));
        Assert.Equal(ErrorCode.OffsetOutOfRange, error.Code);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, false)]
    public async Task Consume_DamagedBatch_IsFetchedAgainAndNeverGiven(int damaged, bool succeeds)
    {
        await ProduceAsync(10);
        _cluster.CorruptFetches = damaged;
        var reading = Text.ReadAsync(_client, Options() with { Partitions = [0], UntilEnd = true });
        if (succeeds)
        {
            Assert.Equal(10, (await reading).Count);
        }
        else
        {
            Assert.Equal(ErrorCode.CorruptBatch, (await Assert.ThrowsAsync<ClusterLogException>(() => reading)).Code);
        }
    }

    [Fact]
    public async Task Consume_Cancelled_EndsWithCancellation()
    {
        using var cancel = new CancellationTokenSource();
        var enumerator = _client.ConsumeAsync(Options(), cancel.Token).GetAsyncEnumerator(Cancel);
        var next = enumerator.MoveNextAsync().AsTask();
        await _cluster.WaitUntilAsync(() => _cluster.MetadataRequests > 0);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await enumerator.DisposeAsync();
    }

    [Fact]
    public async Task Consume_ClientDisposed_EndsWithThat()
    {
        await ProduceAsync(1);
        var client = _cluster.CreateClient();
        var enumerator = client.ConsumeAsync(Options(), Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await enumerator.MoveNextAsync());
        var next = enumerator.MoveNextAsync().AsTask();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        await enumerator.DisposeAsync();
    }

    [Fact]
    public async Task Consume_UnknownTopic_Fails()
    {
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => Text.ReadAsync(_client, new ConsumeOptions { Topic = "missing" }));
        Assert.Equal(ErrorCode.UnknownTopic, error.Code);
    }

    private static ConsumeOptions Options() => new() { Topic = "t", FetchWaitMax = TimeSpan.FromMilliseconds(50) };

    private async Task ProduceAsync(int count, int partitions = 1, int first = 0)
    {
        await using var producer = _client.CreateProducer(new ProducerOptions { BatchBytesMax = 500 });
        for (var i = first; i < first + count; i++)
        {
            var record = Text.Record($"{i}", i % partitions) with
            {
                Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1000 + i),
            };
            await producer.EnqueueAsync(record, report => Assert.Null(report.Error), Cancel);
        }

        await producer.FlushAsync(Cancel);
    }
}
