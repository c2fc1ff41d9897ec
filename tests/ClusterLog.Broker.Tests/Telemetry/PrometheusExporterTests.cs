using System.Diagnostics.Metrics;
using System.Globalization;
using ClusterLog.Broker.Telemetry;

namespace ClusterLog.Broker.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly PrometheusExporter _exporter;
    private readonly Meter _meter;

    public PrometheusExporterTests()
    {
        _exporter = new PrometheusExporter(_meters);
        _meter = _meters.Create(new MeterOptions("ClusterLog.Test"));
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Scrape_Counter_HasHelpTypeUnitAndTotal()
    {
        var counter = _meter.CreateCounter<long>("clusterlog.test.read", "By", "Bytes \\ read,\nall of them.");
        counter.Add(3);
        counter.Add(4);

        Assert.Equal(
            """
            # HELP clusterlog_test_read_bytes_total Bytes \\ read,\nall of them.
            # TYPE clusterlog_test_read_bytes_total counter
            clusterlog_test_read_bytes_total 7

            """.ReplaceLineEndings("\n"),
            Only("clusterlog_test_read"));
    }

    [Fact]
    public void Scrape_LabelsWithQuotesBackslashesAndLineEnds_AreEscaped()
    {
        var counter = _meter.CreateCounter<int>("clusterlog.test.tagged");
        counter.Add(1, new KeyValuePair<string, object?>("a.b", "q\"uo\\te\nend"), new("n", 5));

        Assert.Contains("clusterlog_test_tagged_total{a_b=\"q\\\"uo\\\\te\\nend\",n=\"5\"} 1\n", _exporter.Scrape());
    }

    [Fact]
    public void Scrape_Histogram_HasCumulativeBucketsWithInfinitySumAndCount()
    {
        var histogram = _meter.CreateHistogram(
            "clusterlog.test.wait", "s", "A wait.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.1, 1],
            });
        foreach (var value in (double[])[0.05, 0.1, 0.5, 0.5, 8])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("api", "Fetch"));
        }

        Assert.Equal(
            """
            # HELP clusterlog_test_wait_seconds A wait.
            # TYPE clusterlog_test_wait_seconds histogram
            clusterlog_test_wait_seconds_bucket{api="Fetch",le="0.1"} 2
            clusterlog_test_wait_seconds_bucket{api="Fetch",le="1"} 4
            clusterlog_test_wait_seconds_bucket{api="Fetch",le="+Inf"} 5
            clusterlog_test_wait_seconds_sum{api="Fetch"} 9.15
            clusterlog_test_wait_seconds_count{api="Fetch"} 5

            """.ReplaceLineEndings("\n"),
            Only("clusterlog_test_wait"));
    }

    [Fact]
    public void Scrape_HistogramWithoutAdvice_HasBucketsForSeconds()
    {
        _meter.CreateHistogram<double>("clusterlog.test.plain", "s").Record(0.0002);

        var text = _exporter.Scrape();

        Assert.Contains("clusterlog_test_plain_seconds_bucket{le=\"0.0001\"} 0\n", text);
        Assert.Contains("clusterlog_test_plain_seconds_bucket{le=\"0.00025\"} 1\n", text);
        Assert.Contains("clusterlog_test_plain_seconds_bucket{le=\"+Inf\"} 1\n", text);
    }

    [Fact]
    public void Scrape_UpDownCounterAndGauges_AreGauges()
    {
        var open = _meter.CreateUpDownCounter<long>("clusterlog.test.open");
        open.Add(5);
        open.Add(-2);
        _meter.CreateGauge<double>("clusterlog.test.set").Record(0.25);
        var now = 1L;
        _meter.CreateObservableGauge("clusterlog.test.now", () => now);

        Assert.Contains("# TYPE clusterlog_test_open gauge\nclusterlog_test_open 3\n", _exporter.Scrape());
        Assert.Contains("\nclusterlog_test_set 0.25\n", _exporter.Scrape());
        Assert.Contains("\nclusterlog_test_now 1\n", _exporter.Scrape());
        now = 2;
        Assert.Contains("\nclusterlog_test_now 2\n", _exporter.Scrape());
    }

    [Fact]
    public void Scrape_ObservableStopsTellingASeries_SeriesIsGone()
    {
        var peers = new List<int> { 2, 3 };
        _meter.CreateObservableCounter("clusterlog.test.sent", () => peers.Select(peer =>
            new Measurement<long>(peer * 10, new KeyValuePair<string, object?>("peer", peer))));

        Assert.Contains("clusterlog_test_sent_total{peer=\"3\"} 30\n", _exporter.Scrape());
        peers.Remove(3);
        var text = _exporter.Scrape();

        Assert.DoesNotContain("peer=\"3\"", text);
        Assert.Contains("clusterlog_test_sent_total{peer=\"2\"} 20\n", text);
    }

    [Fact]
    public void Scrape_OneGaugeThrows_OthersAreWrittenAndFailureIsCounted()
    {
        _meter.CreateObservableGauge<long>(
            "clusterlog.test.bad", new Func<long>(() => throw new InvalidOperationException("broken gauge")));
        _meter.CreateObservableGauge("clusterlog.test.good", () => 7L);

        var text = _exporter.Scrape();

        Assert.Contains("clusterlog_test_good 7\n", text);
        Assert.DoesNotContain("clusterlog_test_bad", text);
        Assert.Contains("clusterlog_metrics_read_failures_total 1\n", text);
    }

    [Fact]
    public void Scrape_MoreTagsThanAllowed_DropsAndCountsThem()
    {
        var counter = _meter.CreateCounter<long>("clusterlog.test.many");
        for (var tag = 0; tag < PrometheusExporter.SeriesPerInstrumentMax + 10; tag++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("tag", tag));
        }

        var text = _exporter.Scrape();

        var series = text.Split("\nclusterlog_test_many_total{").Length - 1;
        Assert.Equal(PrometheusExporter.SeriesPerInstrumentMax, series);
        Assert.Contains("clusterlog_metrics_dropped_total 10\n", text);
    }

    [Fact]
    public void Scrape_MetersOfAnotherFactory_AreNotShown()
    {
        using var others = new TestMeters();
        others.Create(new MeterOptions("ClusterLog.Other")).CreateCounter<long>("clusterlog.other").Add(1);

        Assert.DoesNotContain("clusterlog_other", _exporter.Scrape());
    }

    [Fact]
    public void Scrape_Always_HasTheRuntimesMetrics() =>
        Assert.Contains("# TYPE dotnet_process_cpu_time_seconds_total counter\n", _exporter.Scrape());

    [Theory]
    [InlineData("dotnet_thread_pool_thread_count", "gauge")]
    [InlineData("dotnet_thread_pool_queue_length", "gauge")]
    [InlineData("dotnet_thread_pool_work_item_count_total", "counter")]
    public void Scrape_TheRuntimesThreadPool_HasTheTypesThatFitItsValues(string name, string type) =>
        Assert.Contains($"# TYPE {name} {type}\n", _exporter.Scrape(), StringComparison.Ordinal);

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        var counter = _meter.CreateCounter<double>("clusterlog.test.sum");
        var histogram = _meter.CreateHistogram<double>("clusterlog.test.spread", "s");
        Parallel.For(0, 10_000, _ =>
        {
            counter.Add(0.5);
            histogram.Record(0.5);
        });

        var text = _exporter.Scrape();

        Assert.Contains("clusterlog_test_sum_total 5000\n", text);
        Assert.Contains("clusterlog_test_spread_seconds_sum 5000\n", text);
        Assert.Contains("clusterlog_test_spread_seconds_count 10000\n", text);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1E+21")]
    [InlineData(-3, "-3")]
    public void Number_AnyDouble_IsAsPrometheusReadsIt(double value, string expected)
    {
        var previous = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            Assert.Equal(expected, PrometheusText.Number(value));
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
    }

    private string Only(string prefix) => string.Concat(_exporter.Scrape().Split('\n')
        .Where(line => line.Contains(prefix, StringComparison.Ordinal)).Select(line => line + "\n"));
}
