using System.Globalization;
using ClusterLog.Client;

namespace ClusterLog.Cli.Parsing;

/// <summary>
/// Where to start reading: earliest, latest, an offset, an ISO 8601 time, or a time before now (-5m).
/// </summary>
internal static class StartPositionParser
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Expected =
        "earliest, latest, an offset, a time such as 2026-01-31T12:00:00Z, or a time before now such as -5m";

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads a position. A time without a zone is in UTC, as are all times that this program prints.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out StartPosition position)
    {
        switch (text)
        {
            case "earliest":
                position = StartPosition.Earliest;
                return true;
            case "latest":
                position = StartPosition.Latest;
                return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            position = StartPosition.AtOffset(offset);
            return true;
        }

        var time = ParseTime(text, now);
        position = time is { } found ? StartPosition.AtTimestamp(found) : default;
        return time is not null;
    }

    private static DateTimeOffset? ParseTime(string text, DateTimeOffset now)
    {
        if (text.StartsWith('-'))
        {
            return DurationParser.TryParse(text[1..], out var ago) && ago < now - DateTimeOffset.MinValue
                ? now - ago
                : null;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, Styles, out var time)
            ? time
            : null;
    }
}
