using System.Diagnostics.Metrics;
using ClusterLog.Broker.Telemetry;

namespace ClusterLog.Simulation.Brokers;

/// <summary>Metrics that nobody reads: one set for all simulations, since making one is slow.</summary>
internal sealed class SharedMetrics : IMeterFactory
{
    public static BrokerMetrics Instance { get; } = new(new SharedMetrics());

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
        // The only meter lives as long as the process.
    }
}
