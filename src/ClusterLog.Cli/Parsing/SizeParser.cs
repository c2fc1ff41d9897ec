using System.Globalization;

namespace ClusterLog.Cli.Parsing;

/// <summary>Sizes in bytes, alone or with a unit: 65536, 64KiB, 1MiB, 64KB, 1MB.</summary>
internal static class SizeParser
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), (string.Empty, 1),
    ];

    /// <summary>What is allowed, for messages.</summary>
    public const string Expected = "a number of bytes, such as 65536, 64KiB or 1MB";

    /// <summary>Reads a size that is not negative and is a whole number of bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        foreach (var (unit, factor) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(
                    text.AsSpan(0, text.Length - unit.Length).TrimEnd(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number)
                && number <= long.MaxValue / factor)
            {
                bytes = number * factor;
                return true;
            }
        }

        bytes = 0;
        return false;
    }
}
