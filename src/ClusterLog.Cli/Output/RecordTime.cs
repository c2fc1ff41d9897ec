namespace ClusterLog.Cli.Output;

/// <summary>How a record's time is written everywhere: ISO 8601, UTC, milliseconds.</summary>
internal static class RecordTime
{
    /// <summary>The format string for a time that is in UTC.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
}
