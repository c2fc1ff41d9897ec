using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Telemetry;

/// <summary>How an instrument's name becomes a Prometheus one: "clusterlog.broker.wal.sync.duration", s, becomes
/// "clusterlog_broker_wal_sync_duration_seconds".</summary>
internal static class PrometheusName
{
    /// <summary>The name with its unit, and "_total" behind a counter's.</summary>
    public static string Of(Instrument instrument, PrometheusType type)
    {
        var name = Label(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return type != PrometheusType.Counter || name.EndsWith("_total", StringComparison.Ordinal)
            ? name
            : name + "_total";
    }

    /// <summary>The text with whatever Prometheus does not take in a name replaced by "_".</summary>
    public static string Label(string text)
    {
        var name = string.Create(text.Length, text, static (span, source) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                span[index] = char.IsAsciiLetterOrDigit(source[index]) ? source[index] : '_';
            }
        });
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }
}
