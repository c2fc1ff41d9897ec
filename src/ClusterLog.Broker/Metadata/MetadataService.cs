using ClusterLog.Broker.Peers;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// The changes of metadata that a broker offers to its clients and needs itself, wherever the metadata's leader is.
/// Safe for use by many threads.
/// </summary>
internal sealed class MetadataService : IDisposable
{
    private readonly MetadataOptions _options;
    private readonly IMetadataGroup _group;
    private readonly ILeaderLookup _leaders;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _randomLock = new();
    private readonly Random _random;
    private readonly MetadataProposer _proposer;
    private readonly ProducerIdBlock _producerIds;

    /// <param name="random">Draws the ids of creations; seeded differently on every broker and at every start.</param>
    public MetadataService(
        MetadataOptions options,
        IMetadataGroup group,
        ILeaderLookup leaders,
        IPeerRequests peers,
        TimeProvider time,
        Random random,
        ILogger<MetadataService> logger)
    {
        _options = options;
        _group = group;
        _leaders = leaders;
        _time = time;
        _random = random;
        _logger = logger;
        _proposer = new MetadataProposer(options, group, peers, time, logger);
        _producerIds = new ProducerIdBlock(options, _proposer);
    }

    /// <summary>
    /// Creates a topic and waits until this broker knows it and a leader of each of its partitions. 0 partitions or
    /// replicas mean the defaults.
    /// </summary>
    /// <exception cref="BrokerException">
    /// The reason why there is no such topic; or RequestTimedOut, when it may exist or be created, or exists without
    /// leaders yet.
    /// </exception>
    public async Task<TopicInfo> CreateTopicAsync(
        string name,
        int partitions,
        int replicas,
        TopicConfig config,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var command = new CreateTopicCommand(name, partitions, replicas, NextCreationId(), []) { Config = config };
        var (result, _) = await _proposer.ProposeAsync(command, timeout, cancellationToken);
        ThrowUnlessOk(result);
        return await WaitAsync(
            async token =>
            {
                await _group.WaitForVersionAsync(result.Index, token);
                return await WaitForLeadersAsync(name, token);
            },
            Left(timeout, started),
            $"Topic '{name}' is created, but not all of its partitions have a leader after {timeout.TotalMilliseconds} ms.",
            cancellationToken);
    }

    /// <summary>Deletes a topic and waits until this broker knows.</summary>
    /// <exception cref="BrokerException">UnknownTopic, or what <see cref="MetadataProposer.ProposeAsync"/> throws.</exception>
    public async Task DeleteTopicAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var (result, mayBeRepeated) = await _proposer.ProposeAsync(new DeleteTopicCommand(name), timeout, cancellationToken);

        // A try whose answer was lost may have deleted it: then its repetition finds nothing.
        if (result.Error != ErrorCode.UnknownTopic || !mayBeRepeated)
        {
            ThrowUnlessOk(result);
        }

        await WaitUntilKnownAsync(result, $"Topic '{name}' is deleted", Left(timeout, started), cancellationToken);
    }

    /// <summary>Changes settings of a topic and waits until this broker knows; gives all of them, as they are then.</summary>
    /// <exception cref="BrokerException">
    /// UnknownTopic; InvalidArgument: it cannot have these; or what <see cref="MetadataProposer.ProposeAsync"/> throws.
    /// </exception>
    public async Task<TopicConfig> AlterTopicAsync(
        string name, TopicConfigChange change, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var (result, _) = await _proposer.ProposeAsync(new AlterTopicCommand(name, change), timeout, cancellationToken);
        ThrowUnlessOk(result);
        await WaitUntilKnownAsync(result, $"Topic '{name}' is altered", Left(timeout, started), cancellationToken);
        return _group.Snapshot.Topics.TryGetValue(name, out var topic)
            ? topic.Config
            : throw new BrokerException(ErrorCode.UnknownTopic, $"Topic '{name}' was altered, and then deleted.");
    }

    /// <summary>A producer id that nobody else has or gets; ids are taken in blocks, so this is mostly local.</summary>
    /// <exception cref="BrokerException">What <see cref="MetadataProposer.ProposeAsync"/> throws.</exception>
    public Task<ProducerId> InitProducerIdAsync(CancellationToken cancellationToken) =>
        _producerIds.NextAsync(cancellationToken);

    /// <summary>Makes this broker's addresses known to the cluster; tries until that is done or cancelled.</summary>
    public async Task RegisterBrokerAsync(BrokerInfo broker, CancellationToken cancellationToken)
    {
        while (!_group.Snapshot.Brokers.TryGetValue(broker.BrokerId, out var known) 
            || known with { DirectorySince = broker.DirectorySince, State = broker.State } != broker)
        {
            try
            {
                var (result, _) = await _proposer.ProposeAsync(
                    new RegisterBrokerCommand(broker), _options.RegisterTimeout, cancellationToken);
                ThrowUnlessOk(result);
                await _group.WaitForVersionAsync(result.Index, cancellationToken);
                MetadataLog.Registered(_logger, broker.BrokerId, result.Index);
            }
            catch (BrokerException e) when (e.IsTransient)
            {
                MetadataLog.RegistrationRetried(_logger, broker.BrokerId, e.Message);
                await Task.Delay(_options.RetryDelay, _time, cancellationToken);
            }
        }
    }

    /// <summary>Has another replica placed where one of this broker's has lost its identity.</summary>
    /// <exception cref="BrokerException">
    /// Transient: it may be asked again, with the same answer; else there is no such partition any more.
    /// </exception>
    public async Task ReplaceReplicaAsync(ReplaceReplicaCommand command, CancellationToken cancellationToken)
    {
        var (result, _) = await _proposer.ProposeAsync(command, _options.RegisterTimeout, cancellationToken);
        ThrowUnlessOk(result);
    }

    /// <summary>Has a command applied that this broker has come to by itself.</summary>
    /// <exception cref="BrokerException">Why it was not done; or RequestTimedOut: it may be done, now or later.</exception>
    public async Task ChangeAsync(MetadataCommand command, CancellationToken cancellationToken)
    {
        var (result, _) = await _proposer.ProposeAsync(command, _options.RegisterTimeout, cancellationToken);
        ThrowUnlessOk(result);
    }

    /// <summary>Has a client's change applied, and waits until this broker knows; gives the metadata as it is then.</summary>
    /// <param name="done">What is done then, in words.</param>
    /// <exception cref="BrokerException">The reason why not, or what <see cref="MetadataProposer.ProposeAsync"/> throws.</exception>
    public async Task<MetadataSnapshot> ChangeAsync(
        MetadataCommand command, string done, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var (result, _) = await _proposer.ProposeAsync(command, timeout, cancellationToken);
        ThrowUnlessOk(result);
        await WaitUntilKnownAsync(result, done, Left(timeout, started), cancellationToken);
        return _group.Snapshot;
    }

    /// <summary>Waits until this broker knows a leader of each of a topic's partitions.</summary>
    /// <exception cref="BrokerException">UnknownTopic: there is none any more; RequestTimedOut.</exception>
    public Task<TopicInfo> WaitForLeadersAsync(string name, TimeSpan timeout, CancellationToken cancellationToken) => WaitAsync(
        token => WaitForLeadersAsync(name, token),
        timeout,
        $"Topic '{name}' is as asked for, but not all of its partitions have a leader after {timeout.TotalMilliseconds:F0} ms.",
        cancellationToken);

    /// <summary>Answers a peer that asks this broker, as the leader, for a change. Never forwards it any further.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(
        ReplicaId peer, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var command = MetadataForward.DecodeRequest(request, out var error);
        if (command is null)
        {
            MetadataLog.ForwardNotRead(_logger, peer, error);
            return MetadataForward.EncodeResponse(new MetadataResult(
                ErrorCode.MalformedRequest, $"The request cannot be read: {error}", LogIndex.Zero));
        }

        if (!_group.IsLeader)
        {
            return MetadataForward.EncodeResponse(new MetadataResult(
                ErrorCode.NotLeader, $"The metadata is led by broker {_group.Leader} now.", LogIndex.Zero));
        }

        var attempt = await _proposer.TryLocallyAsync(command, _options.AttemptTimeout, cancellationToken);
        return MetadataForward.EncodeResponse(
            attempt.Result ?? new MetadataResult(attempt.Code, attempt.Reason, LogIndex.Zero));
    }

    /// <inheritdoc/>
    public void Dispose() => _producerIds.Dispose();

    private static void ThrowUnlessOk(MetadataResult result)
    {
        if (!result.IsOk)
        {
            throw new BrokerException(result.Error, result.Message);
        }
    }

    private Task<bool> WaitUntilKnownAsync(
        MetadataResult result, string whatIsDone, TimeSpan timeout, CancellationToken cancellationToken) => WaitAsync(
            async token =>
            {
                await _group.WaitForVersionAsync(result.Index, token);
                return true;
            },
            timeout,
            $"{whatIsDone}, but this broker has not applied that in the {timeout.TotalMilliseconds:F0} ms that were left.",
            cancellationToken);

    private async Task<T> WaitAsync<T>(
        Func<CancellationToken, Task<T>> wait, TimeSpan timeout, string tooLate, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerException(ErrorCode.RequestTimedOut, tooLate);
        }
    }

    private async Task<TopicInfo> WaitForLeadersAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_group.Snapshot.Topics.TryGetValue(name, out var topic))
            {
                throw new BrokerException(ErrorCode.UnknownTopic, $"Topic '{name}' was created, and then deleted.");
            }

            if (topic.Partitions.All(partition => !_leaders.LeaderOf(partition.Group).Leader.IsNone))
            {
                return topic;
            }

            await Task.Delay(_options.LeaderPollInterval, _time, cancellationToken);
        }
    }

    private TimeSpan Left(TimeSpan timeout, long started)
    {
        var left = timeout - _time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private long NextCreationId()
    {
        lock (_randomLock)
        {
            return _random.NextInt64(1, long.MaxValue);
        }
    }
}
