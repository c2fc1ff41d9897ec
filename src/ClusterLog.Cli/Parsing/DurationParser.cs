using System.Globalization;

namespace ClusterLog.Cli.Parsing;

/// <summary>Durations as people write them: 250ms, 30s, 5m, 1.5h, 2d.</summary>
internal static class DurationParser
{
    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ];

    /// <summary>What is allowed, for messages.</summary>
    public const string Expected = "a number with a unit ms, s, m, h or d, such as 250ms or 5m";

    /// <summary>Reads a duration that is not negative.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, milliseconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var number)
                && number * milliseconds <= TimeSpan.FromDays(36_500).TotalMilliseconds)
            {
                duration = TimeSpan.FromMilliseconds(number * milliseconds);
                return true;
            }
        }

        duration = default;
        return false;
    }
}
