using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Connection;

/// <summary>
/// What the commands need of a cluster. The seam exists so that tests run the commands whole, on a cluster in memory;
/// <see cref="ClientCluster"/> is the one of production.
/// </summary>
internal interface ICluster : IAsyncDisposable
{
    /// <summary>Creates a topic.</summary>
    Task<TopicDescription> CreateTopicAsync(
        string name, CreateTopicOptions options, CancellationToken cancellationToken);

    /// <summary>Changes settings of a topic; tells all of them.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>> AlterTopicAsync(
        string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken);

    /// <summary>Gives a topic more partitions, or another number of replicas.</summary>
    Task ResizeTopicAsync(string name, int? partitions, int? replicas, CancellationToken cancellationToken);

    /// <summary>Has a partition held by other brokers.</summary>
    Task MovePartitionAsync(TopicPartition partition, IReadOnlyList<BrokerId> brokers, CancellationToken cancellationToken);

    /// <summary>Takes a move back.</summary>
    Task CancelMoveAsync(TopicPartition partition, CancellationToken cancellationToken);

    /// <summary>The partitions that move.</summary>
    Task<IReadOnlyList<PartitionMove>> ListMovesAsync(CancellationToken cancellationToken);

    /// <summary>Levels the brokers, or tells what would move.</summary>
    Task<IReadOnlyList<PartitionMove>> RebalanceAsync(bool execute, CancellationToken cancellationToken);

    /// <summary>Deletes a topic with all its records.</summary>
    Task DeleteTopicAsync(string name, CancellationToken cancellationToken);

    /// <summary>One topic and its partitions.</summary>
    Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken);

    /// <summary>Every topic.</summary>
    Task<IReadOnlyList<TopicSummary>> ListTopicsAsync(CancellationToken cancellationToken);

    /// <summary>What every broker says about itself and its replicas.</summary>
    Task<ClusterStatus> GetClusterStatusAsync(CancellationToken cancellationToken);

    /// <summary>A producer of its own; disposing it flushes.</summary>
    IRecordProducer CreateProducer(ProducerOptions options);

    /// <summary>The latest record of a key; null when it has none, or is deleted.</summary>
    Task<ConsumedRecord?> GetAsync(string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Records of a topic, in order within each partition.</summary>
    IAsyncEnumerable<ConsumedRecord> ConsumeAsync(ConsumeOptions options, CancellationToken cancellationToken);
}
