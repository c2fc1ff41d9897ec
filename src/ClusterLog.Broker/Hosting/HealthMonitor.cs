using ClusterLog.Broker.Http;
using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Hosting;

/// <summary>Looks at the replicas a few times a second, so that health and metrics cost whoever asks nothing.</summary>
internal sealed class HealthMonitor : IBrokerHealth, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often leaders are asked how far their followers are behind: that looks at every replica.</summary>
    private static readonly TimeSpan LagInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long groups without a leader, or behind it, keep this broker from being ready where they are the smaller part:
    /// the others are not to wait for them without end.
    /// </summary>
    private static readonly TimeSpan UnsettledMax = TimeSpan.FromSeconds(60);

    /// <summary>The most partitions that are named in one answer.</summary>
    private const int LostNamedMax = 10;

    private readonly ShardSet _shards;
    private readonly StorageSet _storage;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile Seen _seen = new(default, new TaskCompletionSource());
    private volatile ReplicationLag _lag = ReplicationLag.None;
    private long _lagAt;
    private long _settledAt;
    private long _ledAt;

    public HealthMonitor(ShardSet shards, StorageSet storage, TimeProvider time)
    {
        _shards = shards;
        _storage = storage;
        _time = time;
        CatchUp = new StartCatchUp(shards, time);
        (_settledAt, _ledAt) = (time.GetTimestamp(), time.GetTimestamp());
        _running = Task.Run(RunAsync);
    }

    /// <summary>The replicas at the last look.</summary>
    public ReplicaSummary Replicas => _seen.Replicas;

    /// <summary>How far followers are behind what this broker leads, at a look some seconds ago.</summary>
    public ReplicationLag Lag => _lag;

    /// <summary>For how long there has been a group here whose leader is not known.</summary>
    public TimeSpan WithoutLeaderFor =>
        Replicas.WithoutLeader == 0 ? TimeSpan.Zero : _time.GetElapsedTime(Interlocked.Read(ref _ledAt));

    /// <summary>What the replicas have missed while this broker was away.</summary>
    public StartCatchUp CatchUp { get; }

    /// <summary>Partitions whose only replica was here, and is lost.</summary>
    public Func<IReadOnlyCollection<string>> Lost { get; set; } = static () => [];

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
    public bool IsReady =>
        IsLive && IsRegistered && !IsStopping && CatchUp.IsDone && IsSettled && Replicas.Failed == 0 && Repairing() == 0;

    /// <summary>All groups have leaders and follow them, or so few do not, for so long, that nothing is to wait for them.</summary>
    private bool IsSettled
    {
        get
        {
            var replicas = Replicas;
            var unsettled = replicas.WithoutLeader + replicas.CatchingUp;
            return replicas.Groups > 0
                && (unsettled == 0
                    || (2 * unsettled <= replicas.Groups
                        && _time.GetElapsedTime(Interlocked.Read(ref _settledAt)) >= UnsettledMax));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings =>
    [
        .. _storage.Closed.Select(static closed =>
            $"the data directory {closed.Directory} could not be opened: {closed.Reason.Message}"),
        .. _storage.Engines.Where(static engine => engine.Failure is not null).Select(engine =>
            $"the data directory {engine.Directory} has failed: {engine.Failure!.Message}"
            + (_storage.HomeOf(GroupId.Metadata) == engine ? "; the metadata's replica was in it, so restart the broker" : "")),
        .. Lost().Order(StringComparer.Ordinal).Take(LostNamedMax).Select(static partition =>
            $"the only replica of {partition} was here, and is lost: the partition cannot be served"),
        .. IsSettled && Replicas.WithoutLeader > 0
            ? [$"{Replicas.WithoutLeader} of {Replicas.Groups} groups have had no leader for {WithoutLeaderFor.TotalSeconds:F0} s"]
            : Array.Empty<string>(),
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
            Add(CatchUp.Behind > 0, $"{CatchUp.Behind} replicas have not caught up with their leaders since the start");
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
            NoteSettled();
            await LookAtLagAsync();
            before.Next.TrySetResult();
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }

    private void NoteSettled()
    {
        var now = _time.GetTimestamp();
        if (Replicas.WithoutLeader == 0)
        {
            Interlocked.Exchange(ref _ledAt, now);
        }

        if (Replicas.WithoutLeader + Replicas.CatchingUp == 0)
        {
            Interlocked.Exchange(ref _settledAt, now);
        }
    }

    private async Task LookAtLagAsync()
    {
        if (_time.GetElapsedTime(_lagAt) >= LagInterval)
        {
            _lagAt = _time.GetTimestamp();
            var shards = await _shards.AskAllAsync(ReplicationLag.Of);
            _lag = shards.Aggregate(static (left, right) => left + right);
        }
    }

    private sealed record Seen(ReplicaSummary Replicas, TaskCompletionSource Next);
}
