using ClusterLog.Client.Consuming;
using ClusterLog.Client.Managing;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client;

/// <summary>
/// Manages topics and looks at the cluster. Every call goes on trying after transient errors, with other brokers too,
/// until the client's request timeout has passed. Thread safe.
/// </summary>
public sealed partial class Admin
{
    private readonly ClusterAccess _access;
    private readonly OffsetLookup _lookup;

    internal Admin(ClusterAccess access)
    {
        _access = access;
        _lookup = new OffsetLookup(access);
    }

    /// <summary>Creates a topic and completes when each partition has a leader.</summary>
    /// <param name="name">The name.</param>
    /// <param name="partitions">How many partitions; 0 for the cluster's default.</param>
    /// <param name="replicas">On how many brokers each; 0 for the cluster's default.</param>
    /// <param name="cancellationToken">Ends the waiting; the topic may be created all the same.</param>
    public Task<TopicDescription> CreateTopicAsync(
        string name, int partitions = 0, int replicas = 0, CancellationToken cancellationToken = default) =>
        CreateTopicAsync(
            name, new CreateTopicOptions { Partitions = partitions, Replicas = replicas }, cancellationToken);

    /// <summary>Creates a topic and completes when each partition has a leader.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">Counts and settings.</param>
    /// <param name="cancellationToken">Ends the waiting; the topic may be created all the same.</param>
    public async Task<TopicDescription> CreateTopicAsync(
        string name, CreateTopicOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        var request = new CreateTopicRequest(name, options.Partitions, options.Replicas, _access.BrokerTimeoutMs)
        {
            Config = Ordered(options.Config),
        };
        await ChangeAsync<CreateTopicRequest, CreateTopicResponse>(
            request, ErrorCode.TopicAlreadyExists, cancellationToken).ConfigureAwait(false);
        return await RetryWhileUnknownAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Changes settings of a topic while it is in use, and tells all of them, as they are then. Only those that are named
    /// change.
    /// </summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="config">
    /// New values by name, such as <see cref="TopicSetting.RetentionTime"/> with <c>7d</c>, or <c>default</c>. The brokers
    /// judge them: what is unknown, not allowed, or cannot be changed any more fails with
    /// <see cref="ErrorCode.InvalidArgument"/>, and nothing changes then.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; the settings may be changed all the same.</param>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> AlterTopicAsync(
        string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(config);
        var request = new AlterTopicRequest(name, _access.BrokerTimeoutMs, Ordered(config));
        var response = await _access.RetryAsync(
            token => _access.CallAnyOnceAsync<AlterTopicRequest, AlterTopicResponse>(request, token),
            cancellationToken).ConfigureAwait(false);
        return response.Config;
    }

    /// <summary>Deletes a topic and what it holds.</summary>
    public Task DeleteTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return ChangeAsync<DeleteTopicRequest, DeleteTopicResponse>(
            new DeleteTopicRequest(name, _access.BrokerTimeoutMs), ErrorCode.UnknownTopic, cancellationToken);
    }

    /// <summary>Tells a topic's partitions, their leaders, replicas and ends.</summary>
    public async Task<TopicDescription> DescribeTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return await _access.RetryAsync(token => DescribeOnceAsync(name, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists all topics, ordered by name.</summary>
    public async Task<IReadOnlyList<TopicSummary>> ListTopicsAsync(CancellationToken cancellationToken = default)
    {
        var response = await _access.RetryAsync(
            token => _access.CallAnyOnceAsync<MetadataRequest, MetadataResponse>(new MetadataRequest(null), token),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. response.Topics.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => new TopicSummary(
                topic.Name,
                topic.Partitions.Count,
                topic.ReplicaCount,
                topic.Partitions.Count(partition => partition.LeaderId == 0))),
        ];
    }

    /// <summary>Finds where a position lies in each partition of a topic, ordered by number.</summary>
    public async Task<IReadOnlyList<PartitionOffset>> ListOffsetsAsync(
        string topic, StartPosition position, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        var partitions = (await _access.Metadata.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false)).Partitions;
        int[] numbers = [.. partitions.Select(partition => partition.Partition)];
        if (position.Kind == StartPositionKind.Offset)
        {
            return [.. numbers.Select(number =>
                new PartitionOffset(new TopicPartition(topic, number), new Offset(position.Value), null))];
        }

        var found = await _access.RetryAsync(
            token => _lookup.FindAsync(topic, numbers, RecordStream.ToTimestamp(position), token), cancellationToken)
            .ConfigureAwait(false);
        return [.. numbers.Select(number => ToPartitionOffset(found[number], position))];
    }

    /// <summary>
    /// Asks every broker for its state and puts the answers together. Brokers that do not answer are listed as such;
    /// it fails only if none does.
    /// </summary>
    public Task<ClusterStatus> GetClusterStatusAsync(CancellationToken cancellationToken = default) =>
        _access.RetryAsync(token => StatusCollector.CollectAsync(_access, token), cancellationToken);

    private static KeyValuePair<string, string>[] Ordered(IReadOnlyDictionary<string, string> config) =>
        [.. config.OrderBy(setting => setting.Key, StringComparer.Ordinal)];

    private static PartitionOffset ToPartitionOffset(ListedOffset found, StartPosition position) => new(
        new TopicPartition(found.Topic, found.Partition),
        found.Offset < 0 ? null : new Offset(found.Offset),
        position.Kind == StartPositionKind.Timestamp && found is { Offset: >= 0, Timestamp: >= 0 }
            ? DateTimeOffset.FromUnixTimeMilliseconds(found.Timestamp)
            : null);

    /// <summary>
    /// Makes a change until it is made. When no answer came to an attempt, a later one may find the change made
    /// already: that is success then, and an error otherwise.
    /// </summary>
    private async Task ChangeAsync<TRequest, TResponse>(
        TRequest request, ErrorCode madeAlready, CancellationToken cancellationToken)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : IWireFields<TResponse>
    {
        var mayBeMade = false;
        await _access.RetryAsync(
            async token =>
            {
                try
                {
                    await _access.CallAnyOnceAsync<TRequest, TResponse>(request, token).ConfigureAwait(false);
                }
                catch (ClusterLogException error) when (error.Code == madeAlready && mayBeMade)
                {
                    return true;
                }
                catch (ClusterLogException error) when (error.IsOutcomeUnknown)
                {
                    mayBeMade = true;
                    throw;
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    // The broker that is asked may not have heard of the new topic yet.
    private Task<TopicDescription> RetryWhileUnknownAsync(string name, CancellationToken cancellationToken) =>
        _access.RetryAsync(
            async token =>
            {
                try
                {
                    return await DescribeOnceAsync(name, token).ConfigureAwait(false);
                }
                catch (ClusterLogException error) when (error.Code == ErrorCode.UnknownTopic)
                {
                    throw new ClusterLogException(error.Code, error.Message, error) { IsTransient = true };
                }
            },
            cancellationToken);

    private async Task<TopicDescription> DescribeOnceAsync(string name, CancellationToken cancellationToken)
    {
        var response = await _access.CallAnyOnceAsync<DescribeTopicRequest, DescribeTopicResponse>(
            new DescribeTopicRequest(name), cancellationToken).ConfigureAwait(false);
        int[] partitions = [.. response.Partitions.Where(partition => partition.LeaderId != 0)
            .Select(partition => partition.Partition)];
        var earliest = await FindOrNullAsync(name, partitions, OffsetLookup.Earliest, cancellationToken).ConfigureAwait(false);
        var latest = await FindOrNullAsync(name, partitions, OffsetLookup.Latest, cancellationToken).ConfigureAwait(false);
        return new TopicDescription(
            response.Name,
            response.ReplicaCount,
            [
                .. response.Partitions.OrderBy(partition => partition.Partition).Select(partition => new PartitionDescription(
                    partition.Partition,
                    partition.LeaderId == 0 ? null : new BrokerId(partition.LeaderId),
                    (long)partition.LeaderTerm,
                    [.. partition.Replicas.Select(replica => new BrokerId(replica))],
                    ToOffset(earliest?.GetValueOrDefault(partition.Partition)?.Offset ?? partition.EarliestOffset),
                    ToOffset(latest?.GetValueOrDefault(partition.Partition)?.Offset ?? partition.LatestOffset))),
            ])
        {
            Config = response.Config,
        };
    }

    private static Offset? ToOffset(long offset) => offset < 0 ? null : new Offset(offset);

    // The broker that described the topic knows ends of its own replicas only, and those a little late: leaders know.
    private async Task<IReadOnlyDictionary<int, ListedOffset>?> FindOrNullAsync(
        string topic, int[] partitions, long timestamp, CancellationToken cancellationToken)
    {
        try
        {
            return await _lookup.FindAsync(topic, partitions, timestamp, cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterLogException)
        {
            // A leader that cannot be asked now must not keep the rest from being told.
            return null;
        }
    }
}
