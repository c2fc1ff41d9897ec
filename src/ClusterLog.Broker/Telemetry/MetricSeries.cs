namespace ClusterLog.Broker.Telemetry;

/// <summary>
/// The values of one instrument under one set of tags. Recording is thread-safe and allocates nothing.
/// </summary>
internal abstract class MetricSeries
{
    private readonly KeyValuePair<string, object?>[] _tags;

    protected MetricSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _tags = tags.ToArray();
        Labels = PrometheusText.Labels(tags);
    }

    public string Labels { get; }

    /// <summary>
    /// The scrape that an observable instrument last told this series in; it is written in that one only.
    /// </summary>
    public long ObservedInScrape { get; set; }

    public abstract void Record(double value);

    public abstract void Record(long value);

    public abstract void Write(TextWriter writer, string name);

    public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
        {
            return false;
        }

        for (var index = 0; index < tags.Length; index++)
        {
            if (!string.Equals(tags[index].Key, _tags[index].Key, StringComparison.Ordinal)
                || !Equals(tags[index].Value, _tags[index].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds without a lock; returns when the addition has happened.</summary>
    protected static void Add(ref double total, double value)
    {
        var seen = Volatile.Read(ref total);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref total, seen + value, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = found;
        }
    }
}
