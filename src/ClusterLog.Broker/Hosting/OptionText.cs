using System.Globalization;

namespace ClusterLog.Broker.Hosting;

/// <summary>How bytes and times are written in configuration, error messages and documents: "8 MiB", "30 s".</summary>
internal static class OptionText
{
    private static readonly (string Unit, long Bytes)[] ByteUnits =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    private static readonly (string Unit, long Ticks)[] TimeUnits =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("min", TimeSpan.TicksPerMinute), ("ms", TimeSpan.TicksPerMillisecond),
        ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>In the largest unit that divides it: "8 MiB", "1000 B".</summary>
    public static string FormatBytes(long bytes)
    {
        if (bytes == 0)
        {
            return "0 B";
        }

        var (unit, size) = ByteUnits.First(candidate => bytes % candidate.Bytes == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size} {unit}");
    }

    /// <summary>In the largest unit that divides it: "10 min", "30 s", "100 ms".</summary>
    public static string FormatTime(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            return "0 s";
        }

        var (unit, ticks) = time.Ticks % TimeSpan.TicksPerHour == 0 ? ("h", TimeSpan.TicksPerHour)
            : time.Ticks % TimeSpan.TicksPerMinute == 0 ? ("min", TimeSpan.TicksPerMinute)
            : time.Ticks % TimeSpan.TicksPerSecond == 0 ? ("s", TimeSpan.TicksPerSecond)
            : ("ms", TimeSpan.TicksPerMillisecond);
        return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / (decimal)ticks:0.####} {unit}");
    }

    /// <summary>Thousands apart, as documents write them: "10,000".</summary>
    public static string FormatNumber(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Takes "8388608", "8 MiB", "8MiB", "512KiB" (B, KiB, MiB, GiB, TiB; case does not matter).</summary>
    public static bool TryParseBytes(string text, out long bytes)
    {
        var (number, unit) = Split(text);
        var size = unit.Length == 0
            ? 1
            : ByteUnits.FirstOrDefault(known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Bytes;
        return TryScale(number, size, out bytes);
    }

    /// <summary>Takes "30s", "500 ms", "10 min" or "10m", "1h", "7d", and .NET's "00:00:30".</summary>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);
        }

        // A bare number would leave its unit to be guessed, so only zero goes without one.
        var (number, unit) = Split(text);
        var size = unit.Length == 0 && number == "0"
            ? 1
            : TimeUnits.FirstOrDefault(known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Ticks;
        var parsed = TryScale(number, size, out var ticks);
        time = new TimeSpan(ticks);
        return parsed;
    }

    private static bool TryScale(string number, long size, out long scaled)
    {
        scaled = 0;
        if (size == 0
            || !decimal.TryParse(
                number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value > long.MaxValue / size
            || value * size % 1 != 0)
        {
            return false;
        }

        scaled = (long)(value * size);
        return true;
    }

    private static (string Number, string Unit) Split(string text)
    {
        var trimmed = text.Trim();
        var end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
        {
            end++;
        }

        return (trimmed[..end], trimmed[end..].Trim());
    }
}
