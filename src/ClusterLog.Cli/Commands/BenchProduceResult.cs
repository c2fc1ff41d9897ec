using System.Text;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>The figures of `bench produce`; only acknowledged records count for throughput.</summary>
internal sealed class BenchProduceResult
{
    private readonly BenchProduceRequest _request;
    private readonly TopicDescription _topic;
    private readonly bool _isCreated;
    private readonly Throughput _throughput;
    private readonly LatencyJson _latency;
    private readonly LatencyHistogram _latencies;
    private readonly long _retries;
    private readonly long _batches;
    private readonly long _batchBytes;

    /// <summary>Reads the counters.</summary>
    public BenchProduceResult(
        BenchProduceRequest request,
        TopicDescription topic,
        bool isCreated,
        TimeSpan elapsed,
        DeliveryTally tally,
        IReadOnlyList<ProducerStatistics> statistics)
    {
        _request = request;
        _topic = topic;
        _isCreated = isCreated;
        _throughput = new Throughput(tally.Acknowledged, tally.Acknowledged * request.RecordBytes, elapsed);
        _latencies = tally.Latencies;
        _latency = LatencyJson.From(tally.Latencies);
        _retries = statistics.Sum(one => one.Retries);
        _batches = statistics.Sum(one => one.BatchesSent);
        _batchBytes = statistics.Sum(one => one.BatchBytesSent);
        Failed = tally.Failed;
        FirstError = tally.FirstError;
    }

    /// <summary>Records that were not delivered.</summary>
    public long Failed { get; }

    /// <summary>Why; null when all were.</summary>
    public ClusterLogException? FirstError { get; }

    private double AverageBatchBytes => _batches == 0 ? 0 : (double)_batchBytes / _batches;

    private string Acks => _request.Options.Acks.ToString().ToLowerInvariant();

    /// <summary>For programs.</summary>
    public BenchProduceJson ToJson() => new(
        _request.Topic,
        _isCreated,
        _topic.Partitions.Count,
        _topic.ReplicaCount,
        Acks,
        _request.RecordBytes,
        _request.Connections,
        _request.Rate,
        _request.Options.Linger.TotalMilliseconds,
        _request.Options.BatchBytesMax,
        _throughput.Records,
        _throughput.Bytes,
        Failed,
        _throughput.SecondsRounded,
        _throughput.RecordsPerSecondRounded,
        _throughput.MegabytesPerSecondRounded,
        _retries,
        _batches,
        Math.Round(AverageBatchBytes, 1),
        _latency);

    /// <summary>For people.</summary>
    public string ToText(Palette palette)
    {
        var text = new StringBuilder();
        text.Append("Produced ").Append(HumanFormat.Count(_throughput.Records, "record")).Append(" of ")
            .Append(HumanFormat.Bytes(_request.RecordBytes)).Append(" to ").Append(_request.Topic).Append(" (")
            .Append(HumanFormat.Count(_topic.Partitions.Count, "partition")).Append(", ")
            .Append(HumanFormat.Count(_topic.ReplicaCount, "replica")).Append(", acks ").Append(Acks).Append(", ")
            .Append(HumanFormat.Count(_request.Connections, "producer")).Append(")\n\n");
        var rate = $"{HumanFormat.Count((long)_throughput.RecordsPerSecond)} records/s, "
            + HumanFormat.BytesPerSecond(_throughput.BytesPerSecond);
        text.Append("  throughput  ").Append(palette.Paint(Tone.Strong, rate))
            .Append(" over ").Append(HumanFormat.Duration(_throughput.Elapsed)).Append('\n');
        BenchText.AppendLatencies(text, "latency", _latencies);
        text.Append("  batches     ").Append(HumanFormat.Count(_batches)).Append(", ")
            .Append(HumanFormat.Bytes(AverageBatchBytes)).Append(" on average, ")
            .Append(HumanFormat.Count(_retries)).Append(" sent again\n");
        return text.ToString();
    }
}
