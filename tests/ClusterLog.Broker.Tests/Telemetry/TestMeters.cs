using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Tests.Telemetry;

/// <summary>A meter factory as hosts have it: the factory is the scope of its meters.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
