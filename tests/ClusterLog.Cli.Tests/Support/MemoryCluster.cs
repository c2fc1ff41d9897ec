using System.Runtime.CompilerServices;
using ClusterLog.Cli.Connection;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Support;

/// <summary>
/// A cluster of lists, so that commands run whole without a broker. It acknowledges at once, unless told to fail.
/// </summary>
internal sealed class MemoryCluster : ICluster
{
    private readonly Dictionary<string, List<ConsumedRecord>[]> _topics = new(StringComparer.Ordinal);

    public ClusterLogClientOptions? Options { get; set; }

    public ClusterStatus? Status { get; init; }

    /// <summary>Decides which record's delivery fails, by its number from 0 over all producers.</summary>
    public Func<long, ClusterLogException?> Fail { get; init; } = _ => null;

    /// <summary>A record above this is refused in the call.</summary>
    public int RecordBytesMax { get; init; } = int.MaxValue;

    /// <summary>With false nothing is ever acknowledged, as with brokers that are gone.</summary>
    public bool Acknowledges { get; init; } = true;

    /// <summary>What a consumer is told of first.</summary>
    public OffsetReset? Reset { get; init; }

    public CreateTopicOptions? Created { get; private set; }

    public IReadOnlyDictionary<string, string>? Altered { get; private set; }

    public ConsumeOptions? ConsumeOptions { get; private set; }

    public List<ProducerOptions> Producers { get; } = [];

    public long Sent { get; set; }

    public List<ConsumedRecord>[] Topic(string name) => _topics[name];

    public bool Has(string name) => _topics.ContainsKey(name);

    public MemoryCluster With(string topic, int partitions = 1)
    {
        _topics[topic] = [.. Enumerable.Range(0, partitions).Select(_ => new List<ConsumedRecord>())];
        return this;
    }

    public Task<TopicDescription> CreateTopicAsync(
        string name, CreateTopicOptions options, CancellationToken cancellationToken)
    {
        Created = options;
        if (Has(name))
        {
            throw new ClusterLogException(ErrorCode.TopicAlreadyExists, $"Topic '{name}' exists already.");
        }

        With(name, Math.Max(options.Partitions, 1));
        return DescribeTopicAsync(name, cancellationToken);
    }

    public Task<IReadOnlyList<KeyValuePair<string, string>>> AlterTopicAsync(
        string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        if (!Has(name))
        {
            throw Unknown(name);
        }

        Altered = config;
        return Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>([.. config]);
    }

    /// <summary>What was asked for about moves and sizes, in words.</summary>
    public List<string> Changes { get; } = [];

    public IReadOnlyList<PartitionMove> Moves { get; init; } = [];

    public Task ResizeTopicAsync(string name, int? partitions, int? replicas, CancellationToken cancellationToken)
    {
        Changes.Add($"{name} to {partitions}/{replicas}");
        return Has(name) ? Task.CompletedTask : throw Unknown(name);
    }

    public Task MovePartitionAsync(
        TopicPartition partition, IReadOnlyList<BrokerId> brokers, CancellationToken cancellationToken)
    {
        Changes.Add($"{partition.Topic}/{partition.Partition} to {string.Join(' ', brokers.Select(broker => broker.Value))}");
        return Task.CompletedTask;
    }

    public Task CancelMoveAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        Changes.Add($"{partition.Topic}/{partition.Partition} back");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PartitionMove>> ListMovesAsync(CancellationToken cancellationToken) => Task.FromResult(Moves);

    public Task<IReadOnlyList<PartitionMove>> RebalanceAsync(bool execute, CancellationToken cancellationToken)
    {
        Changes.Add($"rebalance {execute}");
        return Task.FromResult(Moves);
    }

    public Task DeleteTopicAsync(string name, CancellationToken cancellationToken) =>
        _topics.Remove(name) ? Task.CompletedTask : throw Unknown(name);

    public Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var partitions = _topics.TryGetValue(name, out var lists) ? lists : throw Unknown(name);
        return Task.FromResult(new TopicDescription(
            name,
            3,
            [.. partitions.Select((list, i) => new PartitionDescription(
                i, new BrokerId(1), 2, [new(1), new(2), new(3)], Offset.Zero, new Offset(list.Count)))])
        {
            Config = Created is null ? [] : [.. Created.Config],
        });
    }

    public Task<IReadOnlyList<TopicSummary>> ListTopicsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TopicSummary>>(
            [.. _topics.Select(topic => new TopicSummary(topic.Key, topic.Value.Length, 3, 0))]);

    public Task<ClusterStatus> GetClusterStatusAsync(CancellationToken cancellationToken) => Task.FromResult(Status!);

    public IRecordProducer CreateProducer(ProducerOptions options)
    {
        Producers.Add(options);
        return new MemoryProducer(this);
    }

    public Task<ConsumedRecord?> GetAsync(
        string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var lists = _topics.TryGetValue(topic, out var found) ? found : throw Unknown(topic);
        var records = lists.SelectMany(list => list)
            .Where(record => record.Key is { } own && own.Span.SequenceEqual(key.Span)).ToList();
        return Task.FromResult(records.Count == 0 ? null : (ConsumedRecord?)records[^1]);
    }

    public async IAsyncEnumerable<ConsumedRecord> ConsumeAsync(
        ConsumeOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ConsumeOptions = options;
        if (Reset is { } reset)
        {
            options.OnReset!(reset);
        }

        var lists = _topics.TryGetValue(options.Topic, out var found) ? found : throw Unknown(options.Topic);
        foreach (var partition in options.Partitions ?? [.. Enumerable.Range(0, lists.Length)])
        {
            foreach (var record in lists[partition])
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
            }
        }

        if (!options.UntilEnd)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static ClusterLogException Unknown(string name) =>
        new(ErrorCode.UnknownTopic, $"Topic '{name}' does not exist.");

    public void Append(ProducerRecord record, Action<DeliveryReport> onDelivery)
    {
        if (record.Value?.Length > RecordBytesMax)
        {
            throw new ClusterLogException(ErrorCode.RecordTooLarge, $"The record has {record.Value?.Length} bytes.");
        }

        lock (_topics)
        {
            var number = Sent++;
            var lists = _topics[record.Topic];
            var partition = new TopicPartition(record.Topic, record.Partition ?? (int)(number % lists.Length));
            if (Fail(number) is { } error)
            {
                onDelivery(new DeliveryReport(partition, new Offset(-1), TimeSpan.FromMilliseconds(1), error));
                return;
            }

            var list = lists[partition.Partition];
            var offset = new Offset(list.Count);
            var time = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(number);
            // The caller may reuse its bytes after the call: what is kept must be a copy.
            list.Add(new ConsumedRecord(partition, offset, time, Copy(record.Key), Copy(record.Value), []));
            if (Acknowledges)
            {
                onDelivery(new DeliveryReport(partition, offset, TimeSpan.FromMilliseconds(number + 1), null));
            }
        }
    }

    private static ReadOnlyMemory<byte>? Copy(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } some)
        {
            return some.ToArray();
        }

        // In a conditional expression null would become an empty memory here.
        return null;
    }

    private sealed class MemoryProducer(MemoryCluster cluster) : IRecordProducer
    {
        private long _records;

        public ValueTask EnqueueAsync(
            ProducerRecord record, Action<DeliveryReport> onDelivery, CancellationToken cancellationToken)
        {
            cluster.Append(record, onDelivery);
            _records++;
            return ValueTask.CompletedTask;
        }

        public Task FlushAsync(CancellationToken cancellationToken) => cluster.Acknowledges
            ? Task.CompletedTask
            : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

        public ProducerStatistics GetStatistics() => new(2, 2_000, 1, _records, 0, 0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
