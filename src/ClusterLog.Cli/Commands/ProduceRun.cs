using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Measurement;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Records;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>One run of `produce`, from the opened input to the summary.</summary>
internal sealed class ProduceRun
{
    private const int BarColumns = 24;

    private readonly CommandContext _context;
    private readonly ProduceRequest _request;
    private readonly string? _path;

    /// <summary>A run that has not begun.</summary>
    public ProduceRun(CommandContext context, ProduceRequest request, string? path)
    {
        _context = context;
        _request = request;
        _path = path;
    }

    /// <summary>
    /// Sends the whole input. The token ends the reading; what was read is still flushed, for a bounded time.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var input = InputFile.Open(_path, _context.Console);
        var cluster = _context.Connect();
        try
        {
            await CheckTopicAsync(cluster, cancellationToken);
            var summary = await ProduceAsync(cluster, input, cancellationToken);
            await ReportAsync(summary);
            return summary.ExitCode;
        }
        finally
        {
            await Closing.DisposeAsync(cluster, _context.Time);
        }
    }

    /// <summary>
    /// Says what is wrong with the topic before anything was read, rather than once for every record.
    /// </summary>
    private async Task CheckTopicAsync(ICluster cluster, CancellationToken cancellationToken)
    {
        var topic = await cluster.DescribeTopicAsync(_request.Topic, cancellationToken);
        if (_request.Partition is { } partition && partition >= topic.Partitions.Count)
        {
            throw new ClusterLogException(
                ErrorCode.UnknownPartition,
                $"Topic '{topic.Name}' has the partitions 0 to {topic.Partitions.Count - 1}; "
                + $"there is no partition {partition}.");
        }
    }

    private async Task<ProduceSummary> ProduceAsync(
        ICluster cluster, InputFile input, CancellationToken cancellationToken)
    {
        await using var tally = new DeliveryTally();
        var lines = new LineReader(input.Stream);
        var producer = cluster.CreateProducer(_request.Options);
        var pump = new LinePump(producer, _request, tally, _context.Time);
        var started = _context.Time.GetTimestamp();
        TimeSpan elapsed;
        var isComplete = false;
        try
        {
            await InviteAsync();
            await using (new ProgressLine(
                _context.Console,
                _context.Time,
                () => Progress(lines, input, tally, _context.Time.GetElapsedTime(started))))
            {
                isComplete = await pump.RunAsync(lines, cancellationToken);
            }

            elapsed = _context.Time.GetElapsedTime(started);
        }
        finally
        {
            await Closing.DisposeAsync(producer, _context.Time);
        }

        return new ProduceSummary(
            _request,
            pump.Records,
            pump.Bytes,
            elapsed,
            tally,
            producer.GetStatistics(),
            !isComplete && cancellationToken.IsCancellationRequested)
        {
            FirstRefusedLine = pump.FirstRefusedLine,
        };
    }

    private async Task InviteAsync()
    {
        if (_path is null && _context.Console is { IsInputTerminal: true, IsErrorTerminal: true })
        {
            await _context.Console.Error.WriteLineAsync("Type records, a line each; Ctrl-D ends.");
        }
    }

    private async Task ReportAsync(ProduceSummary summary)
    {
        // The summary is owed also after Ctrl-C, when the command's own token is cancelled already.
        var text = _context.Format == OutputFormat.Json
            ? CliJson.Write(summary.ToJson())
            : summary.ToText(_context.Console.Palette);
        await _context.Console.WriteAsync(text, CancellationToken.None);
        if (summary.Problem is { } problem)
        {
            await _context.Console.Error.WriteLineAsync(ErrorText.Line(problem, _context.Console.ErrorPalette));
        }
    }

    private static string Progress(LineReader lines, InputFile input, DeliveryTally tally, TimeSpan elapsed)
    {
        var speed = new Throughput(tally.Acknowledged, lines.BytesRead, elapsed);
        var text = $"{HumanFormat.Count(tally.Acknowledged)} acknowledged  {HumanFormat.Bytes(lines.BytesRead)} read  "
            + $"{HumanFormat.Count((long)speed.RecordsPerSecond)} records/s";
        return input.Length is > 0 and var length
            ? $"{ProgressBar.Draw((double)lines.BytesRead / length, BarColumns)} "
                + $"{100.0 * lines.BytesRead / length:0} %  {text}"
            : text;
    }
}
