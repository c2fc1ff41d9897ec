namespace ClusterLog.Broker.Tests;

/// <summary>A clock that stands still until it is moved; timers that fall due fire, in order, on the mover's thread.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are set: by this a test knows that somebody waits.</summary>
    public int TimerCount
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count;
            }
        }
    }

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, by way of every timer that falls due.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetTimestamp() + by.Ticks;
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref _now, target);
    }

    private ManualTimer? TakeDue(long target)
    {
        lock (_lock)
        {
            var due = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
            if (due is null)
            {
                return null;
            }

            Volatile.Write(ref _now, Math.Max(_now, due.Due));
            if (due.Period > 0)
            {
                due.Due += due.Period;
            }
            else
            {
                _timers.Remove(due);
            }

            return due;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; }

        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime.Ticks;
                    Period = period > TimeSpan.Zero ? period.Ticks : 0;
                    time._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
