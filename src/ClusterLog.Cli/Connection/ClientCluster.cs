using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Connection;

/// <summary>A real cluster, through the client library.</summary>
internal sealed class ClientCluster : ICluster
{
    private readonly ClusterLogClient _client;

    /// <summary>Connects lazily, with the first call.</summary>
    public ClientCluster(ClusterLogClientOptions options) => _client = new ClusterLogClient(options);

    /// <inheritdoc/>
    public Task<TopicDescription> CreateTopicAsync(
        string name, CreateTopicOptions options, CancellationToken cancellationToken) =>
        _client.Admin.CreateTopicAsync(name, options, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeyValuePair<string, string>>> AlterTopicAsync(
        string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken) =>
        _client.Admin.AlterTopicAsync(name, config, cancellationToken);

    /// <inheritdoc/>
    public Task ResizeTopicAsync(string name, int? partitions, int? replicas, CancellationToken cancellationToken) =>
        _client.Admin.ResizeTopicAsync(name, partitions, replicas, cancellationToken);

    /// <inheritdoc/>
    public Task MovePartitionAsync(
        TopicPartition partition, IReadOnlyList<BrokerId> brokers, CancellationToken cancellationToken) =>
        _client.Admin.MovePartitionAsync(partition, brokers, cancellationToken);

    /// <inheritdoc/>
    public Task CancelMoveAsync(TopicPartition partition, CancellationToken cancellationToken) =>
        _client.Admin.CancelMoveAsync(partition, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionMove>> ListMovesAsync(CancellationToken cancellationToken) =>
        _client.Admin.ListMovesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionMove>> RebalanceAsync(bool execute, CancellationToken cancellationToken) =>
        _client.Admin.RebalanceAsync(execute, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteTopicAsync(string name, CancellationToken cancellationToken) =>
        _client.Admin.DeleteTopicAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken) =>
        _client.Admin.DescribeTopicAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TopicSummary>> ListTopicsAsync(CancellationToken cancellationToken) =>
        _client.Admin.ListTopicsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ClusterStatus> GetClusterStatusAsync(CancellationToken cancellationToken) =>
        _client.Admin.GetClusterStatusAsync(cancellationToken);

    /// <inheritdoc/>
    public IRecordProducer CreateProducer(ProducerOptions options) =>
        new ClientProducer(_client.CreateProducer(options));

    /// <inheritdoc/>
    public Task<ConsumedRecord?> GetAsync(
        string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        _client.GetAsync(topic, key, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ConsumedRecord> ConsumeAsync(ConsumeOptions options, CancellationToken cancellationToken) =>
        _client.ConsumeAsync(options, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private sealed class ClientProducer : IRecordProducer
    {
        private readonly Producer _producer;

        public ClientProducer(Producer producer) => _producer = producer;

        public ValueTask EnqueueAsync(
            ProducerRecord record, Action<DeliveryReport> onDelivery, CancellationToken cancellationToken) =>
            _producer.EnqueueAsync(record, onDelivery, cancellationToken);

        public Task FlushAsync(CancellationToken cancellationToken) => _producer.FlushAsync(cancellationToken);

        public ProducerStatistics GetStatistics() => _producer.GetStatistics();

        public ValueTask DisposeAsync() => _producer.DisposeAsync();
    }
}
