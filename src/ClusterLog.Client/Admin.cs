namespace ClusterLog.Client;

/// <summary>
/// Manages topics and looks at the cluster. Every call goes on trying after transient errors, with other brokers too,
/// until the client's request timeout has passed. Thread safe.
/// </summary>
public sealed class Admin
{
    internal Admin()
    {
    }

    /// <summary>Creates a topic and completes when each partition has a leader.</summary>
    /// <param name="name">The name.</param>
    /// <param name="partitions">How many partitions; 0 for the cluster's default.</param>
    /// <param name="replicas">On how many brokers each; 0 for the cluster's default.</param>
    /// <param name="cancellationToken">Ends the waiting; the topic may be created all the same.</param>
    public Task<TopicDescription> CreateTopicAsync(
        string name, int partitions = 0, int replicas = 0, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Deletes a topic and what it holds.</summary>
    public Task DeleteTopicAsync(string name, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Tells a topic's partitions, their leaders, replicas and ends.</summary>
    public Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Lists all topics, ordered by name.</summary>
    public Task<IReadOnlyList<TopicSummary>> ListTopicsAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Finds where a position lies in each partition of a topic, ordered by number.</summary>
    public Task<IReadOnlyList<PartitionOffset>> ListOffsetsAsync(
        string topic, StartPosition position, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Asks every broker for its state and puts the answers together. Brokers that do not answer are listed as such;
    /// it fails only if none does.
    /// </summary>
    public Task<ClusterStatus> GetClusterStatusAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
