using System.Text;
using ClusterLog.Cli.Measurement;

namespace ClusterLog.Cli.Output;

/// <summary>What both benchmarks print alike.</summary>
internal static class BenchText
{
    private const int LabelColumns = 12;

    private static readonly (string Name, double Quantile)[] Quantiles =
    [
        ("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999),
    ];

    /// <summary>A line with the usual percentiles.</summary>
    public static void AppendLatencies(StringBuilder text, string label, LatencyHistogram latencies)
    {
        text.Append("  ").Append(label.PadRight(LabelColumns));
        foreach (var (name, quantile) in Quantiles)
        {
            text.Append(name).Append(' ').Append(HumanFormat.Duration(latencies.Percentile(quantile))).Append(", ");
        }

        text.Append("max ").Append(HumanFormat.Duration(latencies.Max)).Append('\n');
    }
}
