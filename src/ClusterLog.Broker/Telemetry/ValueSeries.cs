namespace ClusterLog.Broker.Telemetry;

/// <summary>One number: the sum of what was recorded, or the last of it.</summary>
internal sealed class ValueSeries : MetricSeries
{
    private readonly bool _keepLast;

    // Whole numbers have a sum of their own, which is exact and costs one instruction.
    private long _whole;
    private double _fraction;

    public ValueSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, bool keepLast)
        : base(tags)
    {
        _keepLast = keepLast;
    }

    public double Value => Interlocked.Read(ref _whole) + Volatile.Read(ref _fraction);

    public override void Record(double value)
    {
        if (_keepLast)
        {
            Volatile.Write(ref _fraction, value);
        }
        else
        {
            Add(ref _fraction, value);
        }
    }

    public override void Record(long value)
    {
        if (_keepLast)
        {
            Interlocked.Exchange(ref _whole, value);
        }
        else
        {
            Interlocked.Add(ref _whole, value);
        }
    }

    public override void Write(TextWriter writer, string name) =>
        PrometheusText.WriteSample(writer, name, "", Labels, Value);
}
