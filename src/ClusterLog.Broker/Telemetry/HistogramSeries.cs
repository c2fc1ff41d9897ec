namespace ClusterLog.Broker.Telemetry;

/// <summary>Counts of values by bucket, with their sum.</summary>
internal sealed class HistogramSeries : MetricSeries
{
    private readonly double[] _bounds;

    // The last one counts what is above every bound.
    private readonly long[] _counts;
    private double _sum;

    /// <param name="bounds">Upper bounds, inclusive, rising; without +Inf.</param>
    public HistogramSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, double[] bounds)
        : base(tags)
    {
        _bounds = bounds;
        _counts = new long[bounds.Length + 1];
    }

    public override void Record(long value) => Record((double)value);

    public override void Record(double value)
    {
        var index = Array.BinarySearch(_bounds, value);
        Interlocked.Increment(ref _counts[index >= 0 ? index : ~index]);
        Add(ref _sum, value);
    }

    /// <summary>
    /// Buckets are cumulative, and the count is the last of them, so that one scrape agrees with itself.
    /// </summary>
    public override void Write(TextWriter writer, string name)
    {
        var total = 0L;
        for (var index = 0; index < _counts.Length; index++)
        {
            total += Interlocked.Read(ref _counts[index]);
            var bound = index < _bounds.Length ? _bounds[index] : double.PositiveInfinity;
            var separator = Labels.Length == 0 ? "" : ",";
            PrometheusText.WriteSample(
                writer, name, "_bucket", $"{Labels}{separator}le=\"{PrometheusText.Number(bound)}\"", total);
        }

        PrometheusText.WriteSample(writer, name, "_sum", Labels, Volatile.Read(ref _sum));
        PrometheusText.WriteSample(writer, name, "_count", Labels, total);
    }
}
