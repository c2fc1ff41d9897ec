using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>One run of `consume`: records in, lines out.</summary>
internal sealed class ConsumeRun
{
    private static readonly TimeSpan LastFlushMax = TimeSpan.FromSeconds(2);

    private readonly CommandContext _context;
    private readonly ConsumeOptions _options;
    private readonly RecordLayout _layout;
    private readonly OutputBuffer _output;
    private readonly long _recordsMax;

    /// <summary>A run that has not begun.</summary>
    public ConsumeRun(CommandContext context, ConsumeOptions options, RecordLayout layout, long recordsMax)
    {
        _context = context;
        _options = options with { OnReset = Warn };
        _recordsMax = recordsMax;
        _layout = layout;
        _output = new OutputBuffer(context.Console.Output);
    }

    /// <summary>Prints until the end that was asked for, or until the token fires.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var writer = NewWriter();
        var cluster = _context.Connect();
        try
        {
            await ProcessAsync(cluster, writer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await FlushForAMomentAsync();
            return _options.UntilEnd ? ExitCode.Interrupted : ExitCode.Success;
        }
        catch (ClusterLogException)
        {
            // What came before the failure is as good as ever.
            await FlushForAMomentAsync();
            throw;
        }
        finally
        {
            await Closing.DisposeAsync(cluster, _context.Time);
        }

        return ExitCode.Success;
    }

    private void Warn(OffsetReset reset) => _context.Console.Error.WriteLine(
        $"warning: {reset.Partition} does not hold offset {reset.From}: "
        + $"{HumanFormat.Count(reset.Skipped, "record")} skipped, going on at {reset.To}.");

    private IRecordWriter NewWriter() => _context.Format == OutputFormat.Json
        ? new JsonRecordWriter(_output)
        : new TextRecordWriter(_output, _layout.KeySeparator, _layout.ShowMetadata);

    private async Task ProcessAsync(ICluster cluster, IRecordWriter writer, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var records = cluster.ConsumeAsync(_options, ending.Token).GetAsyncEnumerator(ending.Token);
        for (long count = 0; count < _recordsMax && await MoveNextAsync(records, ending); count++)
        {
            writer.Write(records.Current);
            if (_output.IsFull)
            {
                await _output.FlushAsync(ending.Token);
            }
        }

        await _output.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// The next record. When it is not there yet, what has gathered is written first: somebody may be waiting for it.
    /// </summary>
    private async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<ConsumedRecord> records, CancellationTokenSource ending)
    {
        var next = records.MoveNextAsync();
        if (next.IsCompleted || _output.IsEmpty)
        {
            return await next;
        }

        var pending = next.AsTask();
        try
        {
            await _output.FlushAsync(ending.Token);
        }
        catch
        {
            // An enumerator must not be disposed of while it is moving: stop it, wait for it, then let the failure out.
            await ending.CancelAsync();
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await pending;
    }

    private async Task FlushForAMomentAsync()
    {
        using var timeout = new CancellationTokenSource(LastFlushMax, _context.Time);
        try
        {
            await _output.FlushAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader of the pipe does not read, and the user wants to leave.
        }
    }
}
