namespace ClusterLog.Load;

/// <summary>The times to acknowledgement of one interval. Thread safe.</summary>
internal sealed class Latencies
{
    private readonly Lock _lock = new();
    private List<double> _milliseconds = [];

    public void Add(TimeSpan latency)
    {
        lock (_lock)
        {
            _milliseconds.Add(latency.TotalMilliseconds);
        }
    }

    /// <summary>All since the last call, in order; the next interval begins.</summary>
    public double[] Take()
    {
        List<double> taken;
        lock (_lock)
        {
            (taken, _milliseconds) = (_milliseconds, new List<double>(_milliseconds.Count));
        }

        taken.Sort();
        return [.. taken];
    }

    /// <summary>The smallest that this share of them does not exceed; null where there is none.</summary>
    public static double? Percentile(double[] sorted, double quantile) =>
        sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];
}
