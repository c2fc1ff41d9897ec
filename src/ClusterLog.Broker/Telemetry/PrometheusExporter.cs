using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace ClusterLog.Broker.Telemetry;

/// <summary>
/// Collects what one broker's meters measure and writes it as Prometheus text. Several brokers in one process each have
/// their own: an exporter takes meters of its own factory, and the runtime's, which are the process's.
/// </summary>
/// <remarks>
/// Made before the first measurement: what was counted earlier is not in its totals. Thread-safe. It never throws into
/// the code that measures; a gauge that fails is left out of that scrape and counted.
/// </remarks>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>Most sets of tags of one instrument; further ones are dropped and counted.</summary>
    public const int SeriesPerInstrumentMax = 256;

    private const string OwnMeters = "ClusterLog.";
    private const string RuntimeMeter = "System.Runtime";

    private readonly IMeterFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ExportedInstrument> _instruments = new();
    private readonly Lock _scrapeGate = new();
    private long _scrape;
    private long _readFailures;

    public PrometheusExporter(IMeterFactory factory)
    {
        _factory = factory;
        _listener.InstrumentPublished = Publish;
        _listener.MeasurementsCompleted = Forget;
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Series(tags, state)?.Record(value));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Series(tags, state)?.Record((long)value));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Series(tags, state)?.Record(value));
        _listener.Start();
    }

    /// <summary>All metrics as Prometheus text, in the order of their names.</summary>
    public string Scrape()
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        lock (_scrapeGate)
        {
            Interlocked.Increment(ref _scrape);
            ReadObservables();
            var instruments = _instruments.Values.ToList();
            foreach (var instrument in instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal))
            {
                instrument.Write(writer, _scrape);
            }

            WriteOwn(writer, instruments.Sum(instrument => instrument.Dropped));
        }

        return writer.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var isOurs = instrument.Meter.Name.StartsWith(OwnMeters, StringComparison.Ordinal)
            && ReferenceEquals(instrument.Meter.Scope, _factory);
        if (isOurs || instrument.Meter.Name == RuntimeMeter)
        {
            var exported = _instruments.GetOrAdd(
                instrument, static found => new ExportedInstrument(found, SeriesPerInstrumentMax));
            listener.EnableMeasurementEvents(instrument, exported);
        }
    }

    private void Forget(Instrument instrument, object? state) => _instruments.TryRemove(instrument, out _);

    private MetricSeries? Series(ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((ExportedInstrument)state!).Find(tags, Volatile.Read(ref _scrape));

    private void ReadObservables()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // One per gauge that failed. The others were read all the same, and a scrape without a few gauges says
            // more than no scrape; the count below tells that some are missing.
            _readFailures++;
        }
    }

    private void WriteOwn(TextWriter writer, long dropped)
    {
        const string FailuresName = "clusterlog_metrics_read_failures_total";
        PrometheusText.WriteHeader(
            writer, FailuresName, "Scrapes that lack a gauge, since reading it failed.", PrometheusType.Counter);
        PrometheusText.WriteSample(writer, FailuresName, "", "", _readFailures);

        const string DroppedName = "clusterlog_metrics_dropped_total";
        PrometheusText.WriteHeader(
            writer,
            DroppedName,
            "Measurements dropped, since an instrument had too many tags.",
            PrometheusType.Counter);
        PrometheusText.WriteSample(writer, DroppedName, "", "", dropped);
    }
}
