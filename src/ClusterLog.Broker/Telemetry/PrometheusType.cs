namespace ClusterLog.Broker.Telemetry;

/// <summary>Prometheus' kinds of metric, as far as instruments map to them.</summary>
internal enum PrometheusType
{
    Counter,
    Gauge,
    Histogram,
}
