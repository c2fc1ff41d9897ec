using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// Asks the metadata for another replica wherever one of this broker's has lost what it had promised, again and again
/// until that is done. What it has to do is found again after a restart, so it keeps nothing on disk. Everything else
/// follows from the metadata: this broker starts the new replica, and the group's leader takes it in.
/// </summary>
internal sealed class ReplicaRepairer : IAsyncDisposable
{
    /// <summary>The most replicas that are asked for at a time; the others wait. A lost disk may have held thousands.</summary>
    private const int AskedMax = 32;

    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);

    private readonly MetadataService _metadata;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _directoryId;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, ReplicaId> _lost = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    public ReplicaRepairer(MetadataService metadata, long directoryId, TimeProvider time, ILogger logger)
    {
        (_metadata, _directoryId, _time, _logger) = (metadata, directoryId, time, logger);
    }

    /// <summary>Replicas that are lost, and for which the metadata has not given another yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _lost.Count;
            }
        }
    }

    /// <summary>A replica has lost what it had promised. Any thread; what was told before is not told again.</summary>
    public void OnLost(GroupId group, ReplicaId replica, string reason)
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested || (_lost.TryGetValue(group, out var known) && known == replica))
            {
                return;
            }

            _lost[group] = replica;
            _logger.IdentityLost(replica, group, reason);
            if (!_isRunning)
            {
                _isRunning = true;
                _running = RunAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_lock)
        {
            _stopping.Cancel();
            running = _running;
        }

        await running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync();
        }
        catch (OperationCanceledException)
        {
            // The broker stops; the next start finds what is left to do.
        }
    }

    private async Task ProcessAsync()
    {
        // The one who tells of a loss is a shard, and must not be kept.
        await Task.Yield();
        var delay = RetryDelayMin;
        while (Take() is { Length: > 0 } batch)
        {
            var isDone = await Task.WhenAll(batch.Select(lost => AskAsync(lost.Key, lost.Value)));
            if (isDone.Contains(false))
            {
                await Task.Delay(delay, _time, _stopping.Token);
                delay = delay < RetryDelayMax ? 2 * delay : delay;
            }
            else
            {
                delay = RetryDelayMin;
            }
        }
    }

    private KeyValuePair<GroupId, ReplicaId>[] Take()
    {
        lock (_lock)
        {
            _isRunning = _lost.Count > 0;
            return [.. _lost.Take(AskedMax)];
        }
    }

    private async Task<bool> AskAsync(GroupId group, ReplicaId lost)
    {
        try
        {
            await _metadata.ReplaceReplicaAsync(new ReplaceReplicaCommand(group, lost, _directoryId), _stopping.Token);
            _logger.IdentityReplaced(lost, group);
        }
        catch (BrokerException error) when (error.Code != ErrorCode.UnknownTopic)
        {
            _logger.ReplacingRetried(lost, group, error.Message);
            return false;
        }
        catch (BrokerException)
        {
            // Its topic was deleted: there is nothing to come back to.
        }

        lock (_lock)
        {
            if (_lost.TryGetValue(group, out var known) && known == lost)
            {
                _lost.Remove(group);
            }
        }

        return true;
    }
}
