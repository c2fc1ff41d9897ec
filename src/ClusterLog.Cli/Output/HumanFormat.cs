using System.Globalization;

namespace ClusterLog.Cli.Output;

/// <summary>
/// Numbers for people: grouped counts, decimal byte units (1 MB = 1,000,000 bytes), durations with three digits.
/// </summary>
internal static class HumanFormat
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>12,345.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: 1 record, 2 records.</summary>
    public static string Count(long value, string noun) =>
        Count(value) + " " + noun + (value == 1 ? string.Empty : "s");

    /// <summary>999 B, 1.23 kB, 71.4 MB.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= 999.5 && unit < ByteUnits.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return (unit == 0 ? bytes.ToString("0", CultureInfo.InvariantCulture) : ThreeDigits(bytes)) + " "
            + ByteUnits[unit];
    }

    /// <summary>Bytes a second, in the unit of <see cref="Bytes"/>.</summary>
    public static string BytesPerSecond(double bytesPerSecond) => Bytes(bytesPerSecond) + "/s";

    /// <summary>850 µs, 12.1 ms, 3.42 s, 2 min 05 s, 3 h 20 min, 4 d 2 h.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Duration(duration.Negate());
        }

        return duration switch
        {
            { Ticks: 0 } => "0 s",
            _ when duration.TotalMilliseconds < 1 => ThreeDigits(duration.TotalMicroseconds) + " µs",
            _ when duration.TotalSeconds < 1 => ThreeDigits(duration.TotalMilliseconds) + " ms",
            _ when duration.TotalSeconds < 59.95 => ThreeDigits(duration.TotalSeconds) + " s",
            _ when duration.TotalHours < 1 => LargeDuration(duration.TotalSeconds, 60, "min", "s"),
            _ when duration.TotalDays < 1 => LargeDuration(duration.TotalMinutes, 60, "h", "min"),
            _ => LargeDuration(duration.TotalHours, 24, "d", "h"),
        };
    }

    private static string LargeDuration(double small, int perLarge, string largeUnit, string smallUnit)
    {
        var whole = (long)Math.Round(small);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{whole / perLarge} {largeUnit} {whole % perLarge:00} {smallUnit}");
    }

    private static string ThreeDigits(double value)
    {
        var format = Math.Abs(value) switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
