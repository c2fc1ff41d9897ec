using System.Collections.Concurrent;
using System.Threading.Channels;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// Follows the compacted partitions of this broker and knows the latest offset of each key. One worker owns the store: it
/// fetches applied entries from the shards as fast as it can take them, so that nothing queues up and no shard waits, and
/// answers questions once their group has been applied far enough.
/// </summary>
internal sealed partial class KeyIndex : IAppliedObserver, IAsyncDisposable
{
    private readonly KeyIndexOptions _options;
    private readonly int _broker;
    private readonly Func<MetadataSnapshot> _metadata;
    private readonly Func<ShardSet> _shards;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<GroupId, byte> _followed = new();
    private readonly ConcurrentDictionary<GroupId, byte> _behind = new();
    private readonly Channel<KeyQuestion> _asked;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<KeyQuestion> _questions = [];
    private KeyStore? _store;
    private MetadataSnapshot? _seen;
    private long _appliedSinceCheckpoint;
    private long _checkpointAt;
    private string? _distrusted;
    private Task _running = Task.CompletedTask;

    /// <param name="metadata">Gives the newest metadata.</param>
    /// <param name="shards">Gives the shards, which follow this.</param>
    public KeyIndex(
        KeyIndexOptions options,
        int broker,
        Func<MetadataSnapshot> metadata,
        Func<ShardSet> shards,
        TimeProvider time,
        ILogger logger)
    {
        (_options, _broker, _metadata) = (options, broker, metadata);
        (_shards, _time, _logger) = (shards, time, logger);
        _asked = Channel.CreateBounded<KeyQuestion>(options.QuestionsMax);
    }

    public void Start() => _running = Task.Run(RunAsync);

    /// <inheritdoc/>
    public void OnApplied(GroupId group, LogIndex applied)
    {
        if (_followed.ContainsKey(group) && _behind.TryAdd(group, 0))
        {
            Wake();
        }
    }

    /// <summary>
    /// The offset of a key's latest record, as of an entry of its group that this broker has applied, or a later one; null
    /// when there is none, or when it deletes the key.
    /// </summary>
    /// <exception cref="BrokerException">Too many wait, the time is up, or the broker stops.</exception>
    public async Task<long?> FindAsync(GroupId group, KeyDigest key, LogIndex from, TimeSpan timeout)
    {
        var question = new KeyQuestion(group, key, from);
        if (!_asked.Writer.TryWrite(question))
        {
            throw _stopping.IsCancellationRequested
                ? new BrokerException(ErrorCode.ShuttingDown, $"Broker {_broker} is stopping.")
                : new BrokerException(
                    ErrorCode.TooManyRequests, $"{_options.QuestionsMax} questions wait for the index of keys.", 50);
        }

        Wake();
        try
        {
            return await question.Answer.WaitAsync(timeout, _time, _stopping.Token);
        }
        catch (TimeoutException)
        {
            question.Abandon();
            throw new BrokerException(
                ErrorCode.RequestTimedOut, $"The index of keys has not come to entry {from} of group {group} in time.");
        }
    }

    /// <summary>What the index says is not so: it is thrown away and built again.</summary>
    public void Distrust(string reason)
    {
        Volatile.Write(ref _distrusted, reason);
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _wake.Dispose();
        _stopping.Dispose();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake, or about to be.
        }
        catch (ObjectDisposedException)
        {
            // The broker stops.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops.
        }
        catch (Exception exception)
        {
            // Records are safe without it; whoever asks is told that it does not answer in time.
            _logger.KeyIndexEnded(exception);
        }

        _asked.Writer.TryComplete();
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        foreach (var question in _questions)
        {
            question.Abandon();
        }

        while (_asked.Reader.TryRead(out var question))
        {
            question.Abandon();
        }

        try
        {
            if (_store is { Damage: null } store && _appliedSinceCheckpoint > 0 && HasRoom())
            {
                await store.CheckpointAsync(CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is IOException or FASTER.core.FasterException)
        {
            // The next start builds it again.
            _logger.KeyIndexNotSaved(exception);
        }

        _store?.Dispose();
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            FollowMetadata();
            if (_store is not null)
            {
                TakeQuestions();
                var isBusy = await ApplyAsync(cancellationToken);
                await ThrowAwayIfDamagedAsync(cancellationToken);
                AnswerQuestions();
                await SaveIfDueAsync(cancellationToken);
                if (isBusy)
                {
                    continue;
                }
            }

            await _wake.WaitAsync(_options.PollInterval, cancellationToken);
        }
    }
}
