namespace ClusterLog.Broker.Compaction;

/// <summary>
/// How far a partition's log was compacted in this process, and when it is worth doing more. One owner; the time comes in.
/// </summary>
internal sealed class PartitionProgress
{
    /// <summary>A segment that has so much is ended before it is full, where that makes a run worth it.</summary>
    public const long EarlyBytes = 1 << 20;

    private TimeSpan? _dirtySince;
    private TimeSpan? _waitingSince;
    private long _waitingBehind;

    /// <param name="life">That of the log.</param>
    public PartitionProgress(object life)
    {
        Life = life;
    }

    /// <summary>Of which log all of this is said.</summary>
    public object Life { get; }

    /// <summary>What the latest run has come to.</summary>
    public CompactionOutcome Latest { get; private set; } = new(0, 0, 0, 0, new TombstoneMap(0));

    /// <summary>A run has ended.</summary>
    public void Note(CompactionOutcome outcome, CompactionStep step)
    {
        Latest = outcome;
        if (step == CompactionStep.Compact)
        {
            _dirtySince = null;
        }
    }

    /// <summary>
    /// What to do next. A run is due at once when as much is dirty as <see cref="CompactionOptions.DirtyPercentMin"/> says,
    /// and with less after a while that is longer the less it is: so everything comes to be compacted, and a run never reads
    /// much for little.
    /// </summary>
    /// <param name="horizon">Tombstones below it may go.</param>
    /// <param name="now">By a monotonic clock.</param>
    public CompactionStep Next(LogDirt dirt, long horizon, TimeSpan now, CompactionOptions options)
    {
        _dirtySince = dirt.Dirty + dirt.Growing == 0 ? null : _dirtySince ?? now;
        var waited = now - (_dirtySince ?? now);
        if (IsDue(dirt.Dirty, dirt.Sealed, waited, options))
        {
            return CompactionStep.Compact;
        }

        var mayEnd = dirt.Growing >= EarlyBytes || waited >= options.SegmentAgeMax;
        if (mayEnd && IsDue(dirt.Dirty + dirt.Growing, dirt.Sealed + dirt.Growing, waited, options))
        {
            return CompactionStep.EndSegment;
        }

        return Latest.Remaining.First < Math.Min(horizon, Latest.To)
            ? CompactionStep.DropTombstones
            : CompactionStep.None;
    }

    /// <summary>How long tombstones have been left here without the horizon moving; zero where none are.</summary>
    /// <param name="pending">The horizon that the group has agreed on, effective or not.</param>
    public TimeSpan WaitOfTombstones(long pending, TimeSpan now)
    {
        if (Latest.Remaining.IsEmpty)
        {
            _waitingSince = null;
            return TimeSpan.Zero;
        }

        if (_waitingSince is null || pending != _waitingBehind)
        {
            (_waitingSince, _waitingBehind) = (now, pending);
        }

        return now - _waitingSince.Value;
    }

    private static bool IsDue(long dirty, long all, TimeSpan waited, CompactionOptions options)
    {
        if (dirty == 0)
        {
            return false;
        }

        var percent = 100.0 * dirty / all;
        return percent >= options.DirtyPercentMin
            || waited * percent >= options.SegmentAgeMax * options.DirtyPercentMin;
    }
}
