using System.Collections.Concurrent;

namespace ClusterLog.Client.Tests.Support;

/// <summary>
/// Brokers on ephemeral ports of this machine that speak the real protocol over a log in memory, and do wrong what a
/// test tells them to. All state is guarded by <see cref="Gate"/>.
/// </summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _nextProducerId = 100;

    public FakeCluster(int brokers = 1)
    {
        Brokers = [.. Enumerable.Range(1, brokers).Select(id => new FakeBroker(this, id))];
    }

    public Lock Gate { get; } = new();

    public IReadOnlyList<FakeBroker> Brokers { get; }

    public Dictionary<string, FakePartition[]> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>Told of the offset of each fetch before it is served.</summary>
    public Action<long>? BeforeFetch { get; set; }

    /// <summary>The settings that topics were created with.</summary>
    public Dictionary<string, IReadOnlyList<KeyValuePair<string, string>>> TopicConfigs { get; } = new(StringComparer.Ordinal);

    /// <summary>One is taken by each produce request; without any they succeed.</summary>
    public ConcurrentQueue<ProduceFault> ProduceFaults { get; } = new();

    /// <summary>One is taken by each admin request, of which it drops the connection after doing it.</summary>
    public ConcurrentQueue<bool> AdminDrops { get; } = new();

    /// <summary>Every produce request waits for this before it is handled.</summary>
    public Task ProduceGate { get; set; } = Task.CompletedTask;

    /// <summary>Whether brokers that do not lead say who does.</summary>
    public bool GivesHints { get; set; }

    /// <summary>How many batches the next fetch answers damage.</summary>
    public int CorruptFetches { get; set; }

    public ConcurrentQueue<byte[]> ProducedBatches { get; } = new();

    public int ReceivedProduces => ProducedBatches.Count;

    public int ReceivedFetches { get; set; }

    public int MetadataRequests { get; set; }

    /// <summary>Completes when anything changes after this is read.</summary>
    public Task Changed
    {
        get
        {
            lock (Gate)
            {
                return _changed.Task;
            }
        }
    }

    public FakePartition[] AddTopic(string name, int partitions = 1)
    {
        lock (Gate)
        {
            return Topics[name] = [.. Enumerable.Range(0, partitions)
                .Select(i => new FakePartition { LeaderId = Brokers[i % Brokers.Count].Id })];
        }
    }

    public void MoveLeader(FakePartition partition, int brokerId)
    {
        lock (Gate)
        {
            partition.LeaderId = brokerId;
            partition.Term++;
        }

        SignalChange();
    }

    public long TakeProducerId() => Interlocked.Increment(ref _nextProducerId);

    public void SignalChange()
    {
        TaskCompletionSource changed;
        lock (Gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    public async Task WaitUntilAsync(Func<bool> condition)
    {
        while (true)
        {
            var changed = Changed;
            lock (Gate)
            {
                if (condition())
                {
                    return;
                }
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public ClusterLogClient CreateClient(
        TimeProvider? time = null, TimeSpan? requestTimeout = null, int requestsInFlightMax = 256) => new(new()
        {
            Bootstrap = [.. Brokers.Select(broker => $"127.0.0.1:{broker.Port}")],
            RetryBackoffMin = TimeSpan.FromMilliseconds(2),
            RetryBackoffMax = TimeSpan.FromMilliseconds(20),
            RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(20),
            RequestsInFlightMax = requestsInFlightMax,
            TimeProvider = time ?? TimeProvider.System,
            RandomSeed = 1,
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in Brokers)
        {
            await broker.DisposeAsync();
        }
    }
}
