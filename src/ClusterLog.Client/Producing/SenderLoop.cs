using System.Collections.Concurrent;
using ClusterLog.Client.Connections;

namespace ClusterLog.Client.Producing;

/// <summary>
/// The one thread of control that sends a producer's batches and takes their answers. It visits a partition when it is
/// woken for it, or when its time has come.
/// </summary>
internal sealed class SenderLoop : IAsyncDisposable
{
    private static readonly TimeSpan ExpiryIntervalMax = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<PartitionSender> _dirty = new();
    private readonly ConcurrentQueue<PartitionSender> _added = new();
    private readonly List<PartitionSender> _senders = [];
    private readonly PriorityQueue<PartitionSender, long> _schedule = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncSignal _signal = new();
    private readonly ClusterAccess _access;
    private readonly ITimer _timer;
    private readonly long _expiryInterval;
    private readonly Task _run;
    private Func<bool, ClusterLogException> _endError;
    private long _nextExpiry;

    public SenderLoop(ClusterAccess access, TimeSpan deliveryTimeout, Func<bool, ClusterLogException> endError)
    {
        _access = access;
        _endError = endError;
        _expiryInterval = ToTicks(deliveryTimeout / 10 < ExpiryIntervalMax ? deliveryTimeout / 10 : ExpiryIntervalMax);
        _nextExpiry = access.Time.GetTimestamp() + _expiryInterval;
        _timer = access.Time.CreateTimer(
            static state => ((AsyncSignal)state!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Makes a partition's sender known. Any thread, before it is first woken.</summary>
    public void Add(PartitionSender sender) => _added.Enqueue(sender);

    /// <summary>Has the partition visited soon. Any thread.</summary>
    public void Wake(PartitionSender sender)
    {
        if (sender.TryMarkDirty())
        {
            _dirty.Enqueue(sender);
            _signal.Set();
        }
    }

    /// <summary>Fails what has not been delivered, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The producer has been disposed.
        }
        catch (Exception error)
        {
            // A fault of ours. Nobody else would tell the callers that their records are not sent.
            ProducingLog.LoopFailed(_access.Logger, error);
            _endError = isOutcomeUnknown =>
                new ClusterLogException("The producer has failed.", error) { IsOutcomeUnknown = isOutcomeUnknown };
        }

        TakeAdded();
        foreach (var sender in _senders)
        {
            sender.Abort(_endError);
        }
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TakeAdded();
            var now = _access.Time.GetTimestamp();
            while (_dirty.TryDequeue(out var sender))
            {
                Visit(sender, now);
            }

            VisitScheduled(now);
            if (_dirty.IsEmpty)
            {
                Arm(now);
                await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private void TakeAdded()
    {
        while (_added.TryDequeue(out var sender))
        {
            _senders.Add(sender);
        }
    }

    private void VisitScheduled(long now)
    {
        if (now >= _nextExpiry)
        {
            _nextExpiry = now + _expiryInterval;
            foreach (var sender in _senders)
            {
                sender.ExpireOverdue(now);
                Visit(sender, now);
            }
        }

        while (_schedule.TryPeek(out var sender, out var time) && time <= now)
        {
            _schedule.Dequeue();
            if (sender.ScheduledAt == time)
            {
                sender.ScheduledAt = long.MaxValue;
                Visit(sender, now);
            }
        }
    }

    private void Visit(PartitionSender sender, long now)
    {
        var wakeAt = sender.Advance(now);
        if (wakeAt < sender.ScheduledAt)
        {
            sender.ScheduledAt = wakeAt;
            _schedule.Enqueue(sender, wakeAt);
        }
    }

    private void Arm(long now)
    {
        var next = _schedule.TryPeek(out _, out var time) ? Math.Min(time, _nextExpiry) : _nextExpiry;
        var wait = TimeSpan.FromSeconds(Math.Max(0, next - now) / (double)_access.Time.TimestampFrequency);

        // Timers count in milliseconds: one that is set to less would fire at once, again and again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private long ToTicks(TimeSpan time) => (long)(time.TotalSeconds * _access.Time.TimestampFrequency);
}
