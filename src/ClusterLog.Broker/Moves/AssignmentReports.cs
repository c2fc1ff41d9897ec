using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// Reports to the metadata that groups have the members that they were to have, again and again until that is done. What it
/// reports stays true, whoever leads by then. It keeps nothing on disk: every new leader of a group looks at its members, and
/// reports what has not been heard of.
/// </summary>
internal sealed class AssignmentReports : IAsyncDisposable
{
    /// <summary>The most reports under way at a time; the others wait.</summary>
    private const int ReportsMax = 32;

    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);

    private readonly IMetadataGroup _group;
    private readonly MetadataService _metadata;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, LogIndex> _reached = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    public AssignmentReports(IMetadataGroup group, MetadataService metadata, TimeProvider time, ILogger logger)
    {
        (_group, _metadata, _time, _logger) = (group, metadata, time, logger);
    }

    /// <summary>A group led here has the members of an assignment. Any thread; what the metadata knows is not told again.</summary>
    public void OnReached(GroupId group, LogIndex assignedAt)
    {
        if (!IsOpen(group, assignedAt))
        {
            return;
        }

        lock (_lock)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _reached[group] = assignedAt;
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

    private bool IsOpen(GroupId group, LogIndex assignedAt) =>
        _group.Snapshot.ByGroup.TryGetValue(group, out var partition)
        && partition.IsMoving
        && partition.AssignedAt == assignedAt;

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync();
        }
        catch (OperationCanceledException)
        {
            // The broker stops; whoever leads the group reports it.
        }
    }

    private async Task ProcessAsync()
    {
        // The one who tells is a shard, and must not be kept.
        await Task.Yield();
        var delay = RetryDelayMin;
        while (Take() is { Length: > 0 } batch)
        {
            var isDone = await Task.WhenAll(batch.Select(reached => ReportAsync(reached.Key, reached.Value)));
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

    private KeyValuePair<GroupId, LogIndex>[] Take()
    {
        lock (_lock)
        {
            _isRunning = _reached.Count > 0;
            return [.. _reached.Take(ReportsMax)];
        }
    }

    private async Task<bool> ReportAsync(GroupId group, LogIndex assignedAt)
    {
        try
        {
            if (IsOpen(group, assignedAt))
            {
                await _metadata.ChangeAsync(new ReachAssignmentCommand(group, assignedAt), _stopping.Token);
                _logger.AssignmentReported(group, assignedAt);
            }
        }
        catch (BrokerException error)
        {
            _logger.ReportRetried(group, assignedAt, error.Message);
            return false;
        }

        lock (_lock)
        {
            if (_reached.TryGetValue(group, out var known) && known == assignedAt)
            {
                _reached.Remove(group);
            }
        }

        return true;
    }
}
