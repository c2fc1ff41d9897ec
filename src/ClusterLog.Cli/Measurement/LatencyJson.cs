namespace ClusterLog.Cli.Measurement;

/// <summary>A distribution of latencies in milliseconds.</summary>
internal sealed record LatencyJson(double P50, double P95, double P99, double P999, double Max, double Mean)
{
    /// <summary>Reads the histogram; microseconds are kept, what lies below is noise.</summary>
    public static LatencyJson From(LatencyHistogram histogram) => new(
        Milliseconds(histogram.Percentile(0.5)),
        Milliseconds(histogram.Percentile(0.95)),
        Milliseconds(histogram.Percentile(0.99)),
        Milliseconds(histogram.Percentile(0.999)),
        Milliseconds(histogram.Max),
        Milliseconds(histogram.Mean));

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 3);
}
