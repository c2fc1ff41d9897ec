namespace ClusterLog.Cli.Measurement;

/// <summary>
/// Gives each record of an even stream its intended start. A stream that has fallen behind is not slowed further, and
/// the intended start does not move: latency counted from it includes the wait that a stall caused (no coordinated
/// omission).
/// </summary>
internal sealed class Pacer
{
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly double _ticksPerRecord;
    private readonly long _started;

    /// <summary>Starts the stream now.</summary>
    /// <param name="recordsPerSecond">Above 0.</param>
    /// <param name="time">The clock that both measures and waits.</param>
    public Pacer(double recordsPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(recordsPerSecond);
        _time = time;
        _ticksPerRecord = TimeSpan.TicksPerSecond / recordsPerSecond;
        _started = time.GetTimestamp();
    }

    /// <summary>When the record should start, counted from the start of the stream.</summary>
    public TimeSpan IntendedStart(long record) => TimeSpan.FromTicks((long)(record * _ticksPerRecord));

    /// <summary>How late the record is if it starts now; negative when it is early.</summary>
    public TimeSpan Lateness(long record) => _time.GetElapsedTime(_started) - IntendedStart(record);

    /// <summary>
    /// Waits for the record's intended start. Waits below a millisecond are left out, as no timer can keep them; the
    /// record that follows makes up for it.
    /// </summary>
    public ValueTask WaitAsync(long record, CancellationToken cancellationToken)
    {
        var early = -Lateness(record);
        return early < WaitMin
            ? ValueTask.CompletedTask
            : new ValueTask(Task.Delay(early, _time, cancellationToken));
    }
}
