namespace ClusterLog.Client.Connections;

/// <summary>
/// Pauses before something is tried again: doubled with each failure up to a limit, then anything between half of
/// that and all of it, so that clients which failed together do not come back together. Thread safe.
/// </summary>
internal sealed class Backoff
{
    // 2^20 times the shortest pause is beyond any limit that makes sense, and far from an overflow.
    private const int DoublingsMax = 20;

    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private readonly TimeProvider _timeProvider;

    public Backoff(TimeSpan min, TimeSpan max, int seed, TimeProvider timeProvider)
    {
        _min = min;
        _max = max;
        _random = new Random(seed);
        _timeProvider = timeProvider;
    }

    /// <summary>The pause after so many failures in a row, 1 or more; not below what the broker asked for.</summary>
    public TimeSpan After(int failures, TimeSpan retryAfter = default)
    {
        var doublings = Math.Clamp(failures - 1, 0, DoublingsMax);
        var full = Math.Min(_max.Ticks, _min.Ticks * Math.Pow(2, doublings));
        var pause = TimeSpan.FromTicks((long)(full * (0.5 + (NextDouble() / 2))));
        return pause < retryAfter ? retryAfter : pause;
    }

    /// <summary>Waits for <see cref="After"/>.</summary>
    public Task DelayAsync(int failures, TimeSpan retryAfter, CancellationToken cancellationToken) =>
        Task.Delay(After(failures, retryAfter), _timeProvider, cancellationToken);

    /// <summary>A number from 0 to below <paramref name="count"/>.</summary>
    public int Choose(int count)
    {
        lock (_gate)
        {
            return _random.Next(count);
        }
    }

    private double NextDouble()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
