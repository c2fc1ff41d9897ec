namespace ClusterLog.Load;

/// <summary>
/// One partition's records, numbered from 0 in the order they were produced: what was acknowledged, what came back, and the
/// longest time between two acknowledgements. Thread safe.
/// </summary>
internal sealed class PartitionTrack
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private long _lastAckAt;
    private TimeSpan _longestGap;
    private long _acknowledged;
    private long _lastOffset = -1;
    private long _expected;
    private long _lost;
    private long _doubled;
    private long _misplaced;

    public PartitionTrack(TimeProvider time)
    {
        _time = time;
        _lastAckAt = time.GetTimestamp();
    }

    /// <summary>The times to acknowledgement since they were last taken.</summary>
    public Latencies Latencies { get; } = new();

    public long Acknowledged => Read(() => _acknowledged);

    /// <summary>The number of the next record that is to come back.</summary>
    public long Consumed => Read(() => _expected);

    /// <summary>Numbers that did not come back, though later ones did.</summary>
    public long Lost => Read(() => _lost);

    /// <summary>Records that came back again, or behind a later one.</summary>
    public long Doubled => Read(() => _doubled);

    /// <summary>Acknowledgements whose offset is not above the one before.</summary>
    public long Misplaced => Read(() => _misplaced);

    public void OnAcknowledged(long offset)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var gap = _time.GetElapsedTime(_lastAckAt, now);
            (_lastAckAt, _longestGap) = (now, gap > _longestGap ? gap : _longestGap);
            _misplaced += offset > _lastOffset ? 0 : 1;
            _lastOffset = offset;
            _acknowledged++;
        }
    }

    public void OnConsumed(long number)
    {
        lock (_lock)
        {
            if (number < _expected)
            {
                _doubled++;
                return;
            }

            _lost += number - _expected;
            _expected = number + 1;
        }
    }

    /// <summary>The longest time without an acknowledgement since this was last asked, that up to now included.</summary>
    public TimeSpan TakeLongestGap()
    {
        lock (_lock)
        {
            var open = _time.GetElapsedTime(_lastAckAt);
            var longest = open > _longestGap ? open : _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    private long Read(Func<long> value)
    {
        lock (_lock)
        {
            return value();
        }
    }
}
