using System.Text;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>What `produce` has done; taken once, when everything has ended.</summary>
internal sealed class ProduceSummary
{
    private readonly ProduceRequest _request;
    private readonly ProducerStatistics _statistics;
    private readonly Throughput _throughput;
    private readonly LatencyHistogram _latencies;
    private readonly long _failed;
    private readonly long _unacknowledged;
    private readonly ClusterLogException? _firstError;
    private readonly bool _isInterrupted;

    /// <summary>Reads the counters.</summary>
    public ProduceSummary(
        ProduceRequest request,
        long handedOver,
        long bytes,
        TimeSpan elapsed,
        DeliveryTally tally,
        ProducerStatistics statistics,
        bool isInterrupted)
    {
        _request = request;
        _statistics = statistics;
        _latencies = tally.Latencies;
        _failed = tally.Failed;
        _firstError = tally.FirstError;
        _throughput = new Throughput(tally.Acknowledged, bytes, elapsed);
        _unacknowledged = Math.Max(0, handedOver - tally.Acknowledged - tally.FailedDeliveries);
        _isInterrupted = isInterrupted;
    }

    /// <summary>The first line that was too large for a record; 0 when none was.</summary>
    public long FirstRefusedLine { get; init; }

    /// <summary>Success only if every line of the input was acknowledged.</summary>
    public int ExitCode => (_failed, _isInterrupted, _unacknowledged) switch
    {
        ( > 0, _, _) => Cli.ExitCode.Failed,
        (_, true, _) => Cli.ExitCode.Interrupted,
        (_, _, > 0) => Cli.ExitCode.Failed,
        _ => Cli.ExitCode.Success,
    };

    /// <summary>What to tell on standard error; null after a success.</summary>
    public ErrorReport? Problem
    {
        get
        {
            if (_failed > 0)
            {
                var place = FirstRefusedLine > 0 ? $"; line {FirstRefusedLine} is the first" : string.Empty;
                var unknown = _unacknowledged > 0
                    ? $", {HumanFormat.Count(_unacknowledged)} got no answer"
                    : string.Empty;
                return ErrorReport.Of(
                    _firstError!,
                    $"{HumanFormat.Count(_failed, "record")} failed{unknown}{place}. {_firstError!.Message}");
            }

            return ExitCode == Cli.ExitCode.Success
                ? null
                : new ErrorReport(
                    _isInterrupted ? "Interrupted" : "Unacknowledged",
                    Remainder,
                    null);
        }
    }

    private string Remainder => _unacknowledged > 0
        ? $"The input was not read to its end; {HumanFormat.Count(_unacknowledged, "record")} got no answer."
        : "The input was not read to its end; every record that was read is acknowledged.";

    /// <summary>For programs.</summary>
    public ProduceSummaryJson ToJson() => new(
        _request.Topic,
        _throughput.Records,
        _throughput.Bytes,
        _throughput.SecondsRounded,
        _throughput.RecordsPerSecondRounded,
        _throughput.MegabytesPerSecondRounded,
        _failed,
        _unacknowledged,
        _statistics.Retries,
        _statistics.BatchesSent,
        Math.Round(_statistics.BatchBytesAverage, 1),
        _request.Options.Acks.ToString().ToLowerInvariant(),
        _isInterrupted,
        LatencyJson.From(_latencies));

    /// <summary>For people.</summary>
    public string ToText(Palette palette)
    {
        var text = new StringBuilder();
        text.Append("Produced ").Append(palette.Paint(Tone.Strong, HumanFormat.Count(_throughput.Records, "record")))
            .Append(" (").Append(HumanFormat.Bytes(_throughput.Bytes)).Append(") to ").Append(_request.Topic)
            .Append(" in ").Append(HumanFormat.Duration(_throughput.Elapsed))
            .Append(": ").Append(HumanFormat.Count((long)_throughput.RecordsPerSecond)).Append(" records/s, ")
            .Append(HumanFormat.BytesPerSecond(_throughput.BytesPerSecond)).Append('\n');
        if (_throughput.Records > 0)
        {
            text.Append(_request.Options.Acks == Protocol.Acks.None ? "Sent" : "Acknowledged").Append(" (acks ").Append(_request.Options.Acks.ToString().ToLowerInvariant())
                .Append(") after p50 ")
                .Append(HumanFormat.Duration(_latencies.Percentile(0.5))).Append(", p99 ")
                .Append(HumanFormat.Duration(_latencies.Percentile(0.99))).Append(", max ")
                .Append(HumanFormat.Duration(_latencies.Max));
            var count = HumanFormat.Count(_statistics.Retries);
            var retries = _statistics.Retries > 0 ? $"; {count} {(_statistics.Retries == 1 ? "retry" : "retries")}" : string.Empty;
            text.Append(retries).Append('\n');
        }

        return text.ToString();
    }
}
