using System.Text.Json;

namespace ClusterLog.Load;

/// <summary>Writes what happens as JSON, a line each. Thread safe.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    private readonly Lock _lock = new();
    private readonly TextWriter _output;

    public Report(TextWriter output) => _output = output;

    public void Write<T>(T line)
    {
        var text = JsonSerializer.Serialize(line, Format);
        lock (_lock)
        {
            _output.WriteLine(text);
            _output.Flush();
        }
    }
}

/// <summary>One interval. Times are seconds since the start, latencies milliseconds.</summary>
internal sealed record IntervalLine(
    double At, long Acknowledged, long Consumed, double? P50, double? P99, double? Max, long Failed, long Retries);

/// <summary>
/// An event that was told on the standard input, and since the one before each partition's longest gap, and the time to
/// acknowledgement that 99 of 100 records did not exceed.
/// </summary>
internal sealed record MarkLine(double At, string Mark, double[] GapsMs, double?[] P99Ms);

/// <summary>The verdict: right where nothing failed, and what came back is what was acknowledged, in order.</summary>
internal sealed record EndLine(
    double At,
    bool IsRight,
    long Acknowledged,
    long Consumed,
    long Failed,
    string? FirstError,
    long Lost,
    long Doubled,
    long Misplaced,
    long Retries,
    double[] GapsMs);
