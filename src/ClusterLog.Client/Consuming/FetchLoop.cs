using System.Collections.Concurrent;
using System.Threading.Channels;
using ClusterLog.Client.Connections;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Consuming;

/// <summary>
/// Keeps one fetch per leader under way, as long as no answer of that leader waits to be read, and puts the answers in
/// the order in which they came. A partition is in one fetch at a time, so its records stay in order when it moves
/// from leader to leader.
/// </summary>
internal sealed partial class FetchLoop : IAsyncDisposable
{
    // Each broker has at most one unread answer, so the channel is bounded by the number of brokers.
    private readonly Channel<FetchedSet> _sets = Channel.CreateUnbounded<FetchedSet>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly ConcurrentQueue<FetchResult> _results = new();
    private readonly Dictionary<int, BrokerFetch> _brokers = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopping;
    private readonly AsyncSignal _signal = new();
    private readonly ClusterAccess _access;
    private readonly ConsumeOptions _options;
    private readonly PartitionCursor[] _cursors;
    private readonly ITimer _timer;
    private Task _run = Task.CompletedTask;

    public FetchLoop(ClusterAccess access, ConsumeOptions options, PartitionCursor[] cursors)
    {
        _access = access;
        _options = options;
        _cursors = cursors;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(access.Stopping);
        _timer = access.Time.CreateTimer(
            static state => ((AsyncSignal)state!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has been fetched. Ends when every partition is done, or with the error that ended the loop.</summary>
    public ChannelReader<FetchedSet> Sets => _sets.Reader;

    /// <summary>Starts fetching.</summary>
    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>The caller begins to read this answer: the next may be fetched from its broker.</summary>
    public void Begin(FetchedSet set)
    {
        set.Broker.RemoveUnread();
        _signal.Set();
    }

    /// <summary>Stops fetching and waits until nothing is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        Exception? reason = null;
        try
        {
            await ProcessAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            reason = new ObjectDisposedException(nameof(ClusterLogClient));
        }
        catch (Exception error)
        {
            // Not swallowed: the caller's enumeration ends with it.
            reason = error;
        }

        _sets.Writer.TryComplete(reason);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(false);
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_results.TryDequeue(out var result))
            {
                Take(result);
            }

            if (_cursors.All(cursor => cursor.IsDone))
            {
                return;
            }

            _running.RemoveWhere(task => task.IsCompleted);
            var now = _access.Time.GetTimestamp();
            StartFetches(now);
            Arm(now);
            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void StartFetches(long now)
    {
        var snapshot = _access.Metadata.Current;
        var byLeader = new Dictionary<PartitionLeader, List<PartitionCursor>>(LeaderAddressComparer.Instance);
        foreach (var cursor in _cursors)
        {
            if (cursor.IsBusy || cursor.IsDone)
            {
                continue;
            }

            var leader = snapshot.FindLeader(cursor.Id);
            if (now < cursor.PausedUntil && !IsNews(leader, cursor.StaleLeader))
            {
                continue;
            }

            if (leader is null)
            {
                Pause(cursor, null, NoLeader(snapshot, cursor));
                continue;
            }

            if (!byLeader.TryGetValue(leader, out var cursors))
            {
                byLeader.Add(leader, cursors = []);
            }

            cursors.Add(cursor);
        }

        foreach (var (leader, cursors) in byLeader)
        {
            StartFetch(leader, cursors);
        }
    }

    private void StartFetch(PartitionLeader leader, List<PartitionCursor> cursors)
    {
        if (!_brokers.TryGetValue(leader.BrokerId, out var broker))
        {
            _brokers.Add(leader.BrokerId, broker = new BrokerFetch());
        }

        if (broker.IsBusy || broker.HasUnread)
        {
            return;
        }

        broker.IsBusy = true;
        var first = (int)((uint)broker.Turn++ % (uint)cursors.Count);
        PartitionCursor[] rotated = [.. cursors[first..], .. cursors[..first]];
        foreach (var cursor in rotated)
        {
            cursor.IsBusy = true;
        }

        _running.Add(FetchAsync(broker, leader, rotated, _stopping.Token));
    }

    private void Arm(long now)
    {
        var next = _cursors.Where(cursor => !cursor.IsBusy && !cursor.IsDone && cursor.PausedUntil > now)
            .Select(cursor => cursor.PausedUntil).DefaultIfEmpty(long.MaxValue).Min();
        if (next != long.MaxValue)
        {
            var wait = TimeSpan.FromSeconds((next - now) / (double)_access.Time.TimestampFrequency);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private static ClusterLogException NoLeader(ClusterSnapshot snapshot, PartitionCursor cursor) =>
        snapshot.FindTopic(cursor.Id.Topic) is { Error: ErrorCode.UnknownTopic }
            && cursor.Failures >= UnknownTopicFailuresMax
            ? new ClusterLogException(ErrorCode.UnknownTopic, $"Topic '{cursor.Id.Topic}' does not exist any more.")
            : new ClusterLogException(
                ErrorCode.LeaderNotAvailable, $"Partition {cursor.Id} has no leader that is known.");

    private static bool IsNews(PartitionLeader? leader, PartitionLeader? stale) =>
        leader is not null && (stale is null || leader.Term > stale.Term);
}
