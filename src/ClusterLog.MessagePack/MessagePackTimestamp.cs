namespace ClusterLog.MessagePack;

/// <summary>
/// A point in time of the timestamp extension: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted, and
/// the nanoseconds after them. A time before 1970 has negative seconds, and its nanoseconds still count forward.
/// </summary>
internal readonly record struct MessagePackTimestamp
{
    /// <summary>The highest value of <see cref="Nanoseconds"/>.</summary>
    public const uint NanosecondsMax = 999_999_999;

    /// <summary>The highest seconds that the 64-bit encoding holds: it has 34 bits for them.</summary>
    public const long Seconds64Max = (1L << 34) - 1;

    private const int NanosecondsPerTick = 100;

    /// <summary>Makes a timestamp; nanoseconds are 0 to 999,999,999.</summary>
    public MessagePackTimestamp(long seconds, uint nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, NanosecondsMax);
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public long Seconds { get; }

    /// <summary>Nanoseconds after <see cref="Seconds"/>, 0 to 999,999,999.</summary>
    public uint Nanoseconds { get; }

    /// <summary>The instant of a date, exactly; its offset from UTC is not kept.</summary>
    public static MessagePackTimestamp FromDateTimeOffset(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = ticks >= 0 ? ticks / TimeSpan.TicksPerSecond : ~(~ticks / TimeSpan.TicksPerSecond);
        return new(seconds, (uint)(ticks - (seconds * TimeSpan.TicksPerSecond)) * NanosecondsPerTick);
    }

    /// <summary>
    /// The date in UTC, nanoseconds cut to the 100 of a tick. Dates before the year 1 or after 9999 throw
    /// <see cref="ArgumentOutOfRangeException"/>: what a peer sent goes through <see cref="TryToDateTimeOffset"/>.
    /// </summary>
    public DateTimeOffset ToDateTimeOffset() => TryToDateTimeOffset(out var value)
        ? value
        : throw new ArgumentOutOfRangeException(
            null, $"Expected seconds since 1970 within the years 1 to 9999, found {Seconds}.");

    /// <summary>The date in UTC, nanoseconds cut to the 100 of a tick; false where no date can hold it.</summary>
    public bool TryToDateTimeOffset(out DateTimeOffset value)
    {
        if (Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            value = default;
            return false;
        }

        value = DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / NanosecondsPerTick);
        return true;
    }
}
