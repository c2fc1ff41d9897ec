using System.Text;
using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>One run of `bench consume`: counts what comes and throws it away.</summary>
internal sealed class BenchConsumeRun
{
    private readonly CommandContext _context;
    private readonly ConsumeOptions _options;
    private readonly long _recordsMax;
    private readonly LatencyHistogram _ages = new();
    private long _records;
    private long _bytes;
    private TimeSpan _firstRecord;

    /// <summary>A run that has not begun.</summary>
    public BenchConsumeRun(CommandContext context, ConsumeOptions options, long recordsMax)
    {
        _context = context;
        _options = options;
        _recordsMax = recordsMax;
    }

    /// <summary>
    /// Consumes to the end or the count. The token ends it; what was measured until then is still reported.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var cluster = _context.Connect();
        try
        {
            var topic = await cluster.DescribeTopicAsync(_options.Topic, cancellationToken);
            var started = _context.Time.GetTimestamp();
            await using (new ProgressLine(_context.Console, _context.Time, () => Progress(started)))
            {
                await ProcessAsync(cluster, started, cancellationToken);
            }

            await ReportAsync(topic, _context.Time.GetElapsedTime(started));
        }
        finally
        {
            await Closing.DisposeAsync(cluster, _context.Time);
        }

        return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Success;
    }

    private async Task ProcessAsync(ICluster cluster, long started, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var record in cluster.ConsumeAsync(_options, cancellationToken))
            {
                if (_records == 0)
                {
                    _firstRecord = _context.Time.GetElapsedTime(started);
                }

                _ages.Record(_context.Time.GetUtcNow() - record.Timestamp);
                Volatile.Write(ref _bytes, _bytes + (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0));
                Volatile.Write(ref _records, _records + 1);
                if (_records == _recordsMax)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The figures until here are the result.
        }
    }

    private async Task ReportAsync(TopicDescription topic, TimeSpan elapsed)
    {
        var throughput = new Throughput(_records, _bytes, elapsed);
        var text = _context.Format == OutputFormat.Json
            ? CliJson.Write(ToJson(topic, throughput))
            : ToText(throughput);
        await _context.Console.WriteAsync(text, CancellationToken.None);
    }

    private BenchConsumeJson ToJson(TopicDescription topic, Throughput throughput) => new(
        topic.Name,
        topic.Partitions.Count,
        topic.ReplicaCount,
        throughput.Records,
        throughput.Bytes,
        throughput.SecondsRounded,
        throughput.RecordsPerSecondRounded,
        throughput.MegabytesPerSecondRounded,
        Math.Round(_firstRecord.TotalMilliseconds, 3),
        throughput.Records == 0 ? 0 : Math.Round((double)throughput.Bytes / throughput.Records, 1),
        LatencyJson.From(_ages));

    private string ToText(Throughput throughput)
    {
        var text = new StringBuilder();
        var rate = $"{HumanFormat.Count((long)throughput.RecordsPerSecond)} records/s, "
            + HumanFormat.BytesPerSecond(throughput.BytesPerSecond);
        text.Append("Consumed ").Append(HumanFormat.Count(throughput.Records, "record")).Append(" (")
            .Append(HumanFormat.Bytes(throughput.Bytes)).Append(") of ").Append(_options.Topic).Append("\n\n")
            .Append("  throughput  ").Append(_context.Console.Palette.Paint(Tone.Strong, rate))
            .Append(" over ").Append(HumanFormat.Duration(throughput.Elapsed))
            .Append("; the first after ").Append(HumanFormat.Duration(_firstRecord)).Append('\n');
        BenchText.AppendLatencies(text, "record age", _ages);
        return text.ToString();
    }

    private string Progress(long started)
    {
        var speed = new Throughput(
            Volatile.Read(ref _records), Volatile.Read(ref _bytes), _context.Time.GetElapsedTime(started));
        return $"{HumanFormat.Count(speed.Records, "record")}  "
            + $"{HumanFormat.Count((long)speed.RecordsPerSecond)} records/s  "
            + HumanFormat.BytesPerSecond(speed.BytesPerSecond);
    }
}
