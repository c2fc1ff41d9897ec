using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// What the metadata is to hear of groups, one thing of each: said again and again, with growing pauses, until that is done.
/// Safe for use by many threads; keeps nothing on disk.
/// </summary>
/// <typeparam name="T">What is said. Of a group, something else takes its place.</typeparam>
internal sealed class MetadataErrands<T> : IAsyncDisposable
    where T : struct, IEquatable<T>
{
    /// <summary>The most under way at a time; the others wait. A lost disk may have held thousands of groups.</summary>
    private const int UnderWayMax = 32;

    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);

    private readonly Func<GroupId, T, CancellationToken, Task<bool>> _run;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, T> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;

    /// <param name="run">Says it once; false where it has to be said again.</param>
    public MetadataErrands(Func<GroupId, T, CancellationToken, Task<bool>> run, TimeProvider time)
    {
        (_run, _time) = (run, time);
    }

    /// <summary>How many are not done yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds one; false where the same waits already, or the broker stops.</summary>
    public bool Add(GroupId group, T errand)
    {
        lock (_lock)
        {
            if (_stopping.IsCancellationRequested || (_waiting.TryGetValue(group, out var known) && known.Equals(errand)))
            {
                return false;
            }

            _waiting[group] = errand;
            if (!_isRunning)
            {
                _isRunning = true;
                _running = RunAsync();
            }

            return true;
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
            // The broker stops; what is left to do is found again, by it or by whoever leads then.
        }
    }

    private async Task ProcessAsync()
    {
        // The one who adds is a shard, and must not be kept.
        await Task.Yield();
        var delay = RetryDelayMin;
        while (Take() is { Length: > 0 } batch)
        {
            var isDone = await Task.WhenAll(batch.Select(errand => RunOnceAsync(errand.Key, errand.Value)));
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

    private KeyValuePair<GroupId, T>[] Take()
    {
        lock (_lock)
        {
            _isRunning = _waiting.Count > 0;
            return [.. _waiting.Take(UnderWayMax)];
        }
    }

    private async Task<bool> RunOnceAsync(GroupId group, T errand)
    {
        if (!await _run(group, errand, _stopping.Token))
        {
            return false;
        }

        lock (_lock)
        {
            if (_waiting.TryGetValue(group, out var known) && known.Equals(errand))
            {
                _waiting.Remove(group);
            }
        }

        return true;
    }
}
