using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Telemetry;

/// <summary>One instrument as Prometheus sees it: its name, its kind and its series, of which there are few.</summary>
internal sealed class ExportedInstrument
{
    // From a fast disk's sync to the longest wait that a client asks for.
    private static readonly double[] SecondsBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] OtherBounds =
        [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

    private readonly Lock _gate = new();
    private readonly int _seriesMax;
    private readonly bool _isObservable;
    private readonly bool _keepLast;
    private readonly double[] _bounds;

    // Replaced whole when a series is added; read without a lock.
    private volatile MetricSeries[] _series = [];
    private long _dropped;

    /// <param name="seriesMax">Most sets of tags; what is recorded under further ones is counted and dropped.</param>
    public ExportedInstrument(Instrument instrument, int seriesMax)
    {
        Type = TypeOf(instrument);
        Name = PrometheusName.Of(instrument, Type);
        Description = instrument.Description;
        _isObservable = instrument.IsObservable;
        _keepLast = _isObservable || KindOf(instrument) == "Gauge`1";
        _seriesMax = seriesMax;
        _bounds = BoundsOf(instrument);
    }

    public string Name { get; }

    public PrometheusType Type { get; }

    public string? Description { get; }

    /// <summary>Measurements dropped, since there were too many sets of tags.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The series of these tags, or null where there are too many.</summary>
    public MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        foreach (var series in _series)
        {
            if (series.Matches(tags))
            {
                series.ObservedInScrape = scrape;
                return series;
            }
        }

        return Add(tags, scrape);
    }

    /// <summary>Writes every series; of an observable instrument only those that it told in this scrape.</summary>
    public void Write(TextWriter writer, long scrape)
    {
        var told = _series.Where(series => !_isObservable || series.ObservedInScrape == scrape).ToList();
        if (told.Count == 0)
        {
            return;
        }

        PrometheusText.WriteHeader(writer, Name, Description, Type);
        foreach (var series in told)
        {
            series.Write(writer, Name);
        }
    }

    private MetricSeries? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        lock (_gate)
        {
            foreach (var present in _series)
            {
                if (present.Matches(tags))
                {
                    return present;
                }
            }

            // An observable's series that it no longer tells make room for new ones.
            var kept = _isObservable && _series.Length >= _seriesMax
                ? [.. _series.Where(series => series.ObservedInScrape >= scrape - 1)]
                : _series;
            if (kept.Length >= _seriesMax)
            {
                Interlocked.Increment(ref _dropped);
                return null;
            }

            MetricSeries added = Type == PrometheusType.Histogram
                ? new HistogramSeries(tags, _bounds)
                : new ValueSeries(tags, _keepLast);
            added.ObservedInScrape = scrape;
            _series = [.. kept, added];
            return added;
        }
    }

    private static PrometheusType TypeOf(Instrument instrument) => KindOf(instrument) switch
    {
        // The runtime declares these two as counters, though they go up and down: a rate over them makes no sense.
        _ when instrument.Name is "dotnet.thread_pool.thread.count" or "dotnet.thread_pool.queue.length" =>
            PrometheusType.Gauge,
        "Counter`1" or "ObservableCounter`1" => PrometheusType.Counter,
        "Histogram`1" => PrometheusType.Histogram,
        _ => PrometheusType.Gauge,
    };

    // The type argument differs by instrument, and there is no common base but Instrument.
    private static string KindOf(Instrument instrument) => instrument.GetType().Name;

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        { Unit: "s" } => SecondsBounds,
        _ => OtherBounds,
    };
}
