using ClusterLog.Broker.Http;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Hosting;

/// <summary>Looks at the replicas a few times a second, so that health and metrics cost whoever asks nothing.</summary>
internal sealed class HealthMonitor : IBrokerHealth, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ShardSet _shards;
    private readonly StorageSet _storage;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile Seen _seen = new(default, new TaskCompletionSource());

    public HealthMonitor(ShardSet shards, StorageSet storage, TimeProvider time)
    {
        _shards = shards;
        _storage = storage;
        _time = time;
        _running = Task.Run(RunAsync);
    }

    /// <summary>The replicas at the last look.</summary>
    public ReplicaSummary Replicas => _seen.Replicas;

    /// <summary>Completes when the replicas have been looked at again.</summary>
    public Task NextLook => _seen.Next.Task;

    /// <summary>How many replicas of this broker wait to be given another identity.</summary>
    public Func<int> Repairing { get; set; } = static () => 0;

    /// <summary>True once this broker is known to the cluster by its present addresses.</summary>
    public bool IsRegistered { get; set; }

    /// <summary>True once the broker has begun to stop.</summary>
    public bool IsStopping { get; set; }

    /// <inheritdoc/>
    public bool IsLive => _storage.Failure is null;

    /// <inheritdoc/>
    public bool IsReady => IsLive && IsRegistered && !IsStopping && Replicas.IsReady && Repairing() == 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings =>
    [
        .. _storage.Closed.Select(static closed =>
            $"the data directory {closed.Directory} could not be opened: {closed.Reason.Message}"),
        .. _storage.Engines.Where(static engine => engine.Failure is not null).Select(engine =>
            $"the data directory {engine.Directory} has failed: {engine.Failure!.Message}"
            + (_storage.HomeOf(GroupId.Metadata) == engine ? "; the metadata's replica was in it, so restart the broker" : "")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Reasons
    {
        get
        {
            var reasons = new List<string>();
            var replicas = Replicas;
            reasons.AddRange(Warnings);
            Add(IsStopping, "the broker is stopping");
            Add(!IsRegistered, "the broker is not registered with the cluster yet");
            Add(replicas.WithoutLeader > 0, $"{replicas.WithoutLeader} of {replicas.Groups} groups have no leader");
            Add(replicas.CatchingUp > 0, $"{replicas.CatchingUp} of {replicas.Groups} replicas are catching up");
            Add(Repairing() > 0, $"{Repairing()} replicas have lost what they had promised, and are being replaced");
            Add(replicas.Failed > 0, $"{replicas.Failed} of {replicas.Groups} replicas have stopped");
            return reasons;

            void Add(bool holds, string reason)
            {
                if (holds)
                {
                    reasons.Add(reason);
                }
            }
        }
    }

    /// <summary>Completes when the broker is ready.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!IsReady)
        {
            await _seen.Next.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
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
            // The broker stops, and with it its shards.
        }
    }

    private async Task ProcessAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            var shards = await _shards.AskAllAsync(static shard => shard.Summary);
            var before = _seen;
            _seen = new Seen(
                shards.Aggregate((left, right) => left + right),
                new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            before.Next.TrySetResult();
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }

    private sealed record Seen(ReplicaSummary Replicas, TaskCompletionSource Next);
}
