using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Commands;

/// <summary>One run of `bench produce`: the topic, the connections, the load, the figures.</summary>
internal sealed class BenchProduceRun
{
    private readonly CommandContext _context;
    private readonly BenchProduceRequest _request;

    /// <summary>A run that has not begun.</summary>
    public BenchProduceRun(CommandContext context, BenchProduceRequest request)
    {
        _context = context;
        _request = request;
    }

    /// <summary>Produces all of it. The token ends the load; what was measured until then is still reported.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var tally = new DeliveryTally();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tally.FailureToken);
        var clusters = new List<ICluster>();
        try
        {
            clusters.AddRange(Enumerable.Range(0, _request.Connections).Select(_ => _context.Connect()));
            var (topic, isCreated) = await BenchTopic.EnsureAsync(
                clusters[0], _request, _context.Time, cancellationToken);

            // Connecting is not what is measured: every connection has answered once before the clock starts.
            await Task.WhenAll(clusters.Select(cluster => cluster.DescribeTopicAsync(topic.Name, cancellationToken)));
            var loads = clusters.Select((cluster, i) => NewLoad(cluster, i, tally)).ToArray();
            var elapsed = await MeasureAsync(loads, tally, stop.Token);
            var result = new BenchProduceResult(
                _request, topic, isCreated, elapsed, tally, [.. loads.Select(load => load.Statistics)]);
            return await ReportAsync(result, cancellationToken.IsCancellationRequested);
        }
        finally
        {
            await Task.WhenAll(clusters.Select(cluster => Closing.DisposeAsync(cluster, _context.Time)));
        }
    }

    private BenchLoad NewLoad(ICluster cluster, int index, DeliveryTally tally)
    {
        // The first ones take what does not divide evenly.
        var count = (_request.Count / _request.Connections) + (index < _request.Count % _request.Connections ? 1 : 0);
        var payload = new Payload(_request.RecordBytes, _context.RandomSeed + index);
        var rate = _request.Rate / _request.Connections;
        return new BenchLoad(
            cluster.CreateProducer(_request.Options), _request.Topic, count, rate, payload, tally, _context.Time);
    }

    private async Task<TimeSpan> MeasureAsync(BenchLoad[] loads, DeliveryTally tally, CancellationToken stop)
    {
        var started = _context.Time.GetTimestamp();
        TimeSpan elapsed;
        await using (new ProgressLine(
            _context.Console, _context.Time, () => Progress(tally, _context.Time.GetElapsedTime(started))))
        {
            await Task.WhenAll(loads.Select(load => Task.Run(() => load.RunAsync(stop), CancellationToken.None)));
            elapsed = _context.Time.GetElapsedTime(started);
        }

        await Task.WhenAll(loads.Select(load => load.CloseAsync()));
        return elapsed;
    }

    private async Task<int> ReportAsync(BenchProduceResult result, bool isInterrupted)
    {
        var text = _context.Format == OutputFormat.Json
            ? CliJson.Write(result.ToJson())
            : result.ToText(_context.Console.Palette);
        await _context.Console.WriteAsync(text, CancellationToken.None);
        if (result.FirstError is { } error)
        {
            var report = ErrorReport.Of(error, $"{HumanFormat.Count(result.Failed, "record")} failed. {error.Message}");
            await _context.Console.Error.WriteLineAsync(ErrorText.Line(report, _context.Console.ErrorPalette));
            return ExitCode.Failed;
        }

        return isInterrupted ? ExitCode.Interrupted : ExitCode.Success;
    }

    private string Progress(DeliveryTally tally, TimeSpan elapsed)
    {
        const int BarColumns = 24;
        var done = tally.Acknowledged;
        var speed = new Throughput(done, done * _request.RecordBytes, elapsed);
        return $"{ProgressBar.Draw((double)done / _request.Count, BarColumns)} {HumanFormat.Count(done, "record")}  "
            + $"{HumanFormat.Count((long)speed.RecordsPerSecond)} records/s  "
            + $"{HumanFormat.BytesPerSecond(speed.BytesPerSecond)}  "
            + $"p99 {HumanFormat.Duration(tally.Latencies.Percentile(0.99))}";
    }
}
