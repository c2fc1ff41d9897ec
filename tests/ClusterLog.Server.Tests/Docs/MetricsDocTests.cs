using System.Diagnostics.Metrics;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Testing;

namespace ClusterLog.Server.Tests.Docs;

/// <summary>docs/operations.md lists every metric of the broker as it is.</summary>
public sealed class MetricsDocTests
{
    [Fact]
    public void Metrics_EachInstrument_HasItsRow()
    {
        var rows = Rows();
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"));
        var missing = rows.Except(lines).ToList();
        Assert.True(missing.Count == 0, "docs/operations.md lacks these rows:\n" + string.Join('\n', missing));
        Assert.Empty(lines
            .Where(line => line.StartsWith("| `clusterlog_broker_", StringComparison.Ordinal)).Except(rows));
    }

    private static List<string> Rows()
    {
        using var meters = new Meters();
        using var metrics = new BrokerMetrics(meters);
        metrics.Observe(() => new BrokerGauges(), TimeProvider.System);
        var rows = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                var exported = new ExportedInstrument(instrument, seriesMax: 1);
                var kind = exported.Type.ToString().ToLowerInvariant();
                rows.Add($"| `{exported.Name}` | {kind} | {exported.Description} |");
            }
        };
        listener.Start();
        Assert.NotEmpty(rows);
        return rows;
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            return new Meter(options);
        }

        public void Dispose()
        {
            // The metrics dispose of their meter themselves.
        }
    }
}
