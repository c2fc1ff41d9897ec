namespace ClusterLog.Broker.Moves;

/// <summary>
/// How many bytes may be read from disk for replicas that are coming into their groups: so many a second, and what a second
/// gives at a time. What is taken before it is known how much there is to read is taken whole, and the rest given back. Safe
/// for use by many threads.
/// </summary>
internal sealed class CatchUpBudget
{
    private readonly long _bytesPerSecond;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private double _available;
    private long _seenAt;
    private long _used;
    private long _refusals;

    /// <param name="bytesPerSecond">0: no limit.</param>
    public CatchUpBudget(long bytesPerSecond, TimeProvider time)
    {
        (_bytesPerSecond, _time) = (bytesPerSecond, time);
        (_available, _seenAt) = (bytesPerSecond, time.GetTimestamp());
    }

    /// <summary>Bytes read so far.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>How often somebody had to come again.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Takes up to so many bytes; false where it is too early, and the one who asks comes again.</summary>
    public bool TryTake(long bytes)
    {
        if (_bytesPerSecond > 0)
        {
            lock (_lock)
            {
                var now = _time.GetTimestamp();
                _available = Math.Min(
                    _bytesPerSecond, _available + (_time.GetElapsedTime(_seenAt, now).TotalSeconds * _bytesPerSecond));
                _seenAt = now;

                // A read larger than what a second gives must pass too: it is paid for by those after it.
                if (_available < Math.Min(bytes, _bytesPerSecond))
                {
                    Interlocked.Increment(ref _refusals);
                    return false;
                }

                _available -= bytes;
            }
        }

        Interlocked.Add(ref _used, bytes);
        return true;
    }

    /// <summary>Gives back what was taken and not read.</summary>
    public void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        lock (_lock)
        {
            _available = Math.Min(_bytesPerSecond, _available + bytes);
        }
    }
}
