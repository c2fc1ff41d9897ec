using System.Globalization;

namespace ClusterLog.Broker.Telemetry;

/// <summary>
/// Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/): what is escaped where,
/// and how numbers are written.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the HELP and TYPE lines of a metric.</summary>
    public static void WriteHeader(TextWriter writer, string name, string? description, PrometheusType type)
    {
        writer.Write("# HELP ");
        writer.Write(name);
        writer.Write(' ');
        writer.Write(EscapeHelp(description ?? ""));
        writer.Write("\n# TYPE ");
        writer.Write(name);
        writer.Write(type switch
        {
            PrometheusType.Counter => " counter\n",
            PrometheusType.Gauge => " gauge\n",
            _ => " histogram\n",
        });
    }

    /// <summary>Writes one line; <paramref name="labels"/> are without their braces, and may be empty.</summary>
    public static void WriteSample(TextWriter writer, string name, string suffix, string labels, double value)
    {
        writer.Write(name);
        writer.Write(suffix);
        if (labels.Length > 0)
        {
            writer.Write('{');
            writer.Write(labels);
            writer.Write('}');
        }

        writer.Write(' ');
        writer.Write(Number(value));
        writer.Write('\n');
    }

    /// <summary>The tags as labels, without braces: <c>api="Fetch",error="NotLeader"</c>.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var parts = new string[tags.Length];
        for (var index = 0; index < tags.Length; index++)
        {
            var value = Convert.ToString(tags[index].Value, CultureInfo.InvariantCulture) ?? "";
            parts[index] = $"{PrometheusName.Label(tags[index].Key)}=\"{EscapeLabel(value)}\"";
        }

        return string.Join(',', parts);
    }

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture),
    };

    public static string EscapeLabel(string value) =>
        EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    public static string EscapeHelp(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
