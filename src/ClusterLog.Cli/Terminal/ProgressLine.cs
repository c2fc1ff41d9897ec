namespace ClusterLog.Cli.Terminal;

/// <summary>
/// One line on standard error that is drawn again and again while somebody looks at it, and wiped at the end.
/// Where standard error is no terminal it does nothing.
/// </summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly CancellationTokenSource _stop = new();
    private readonly CliConsole _console;
    private readonly Func<string> _describe;
    private readonly Task _running;

    /// <summary>Begins to draw.</summary>
    /// <param name="console">Whose standard error.</param>
    /// <param name="time">Whose timer.</param>
    /// <param name="describe">Called on a pool thread for the text of the moment.</param>
    public ProgressLine(CliConsole console, TimeProvider time, Func<string> describe)
    {
        _console = console;
        _describe = describe;
        _running = console.IsErrorTerminal ? RunAsync(time) : Task.CompletedTask;
    }

    /// <summary>Ends drawing and leaves an empty line.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            await ProcessAsync(timer);
        }
        catch (OperationCanceledException)
        {
            // The only end there is: the command is done.
        }
        catch (IOException)
        {
            // The terminal went away; the work itself goes on without being watched.
            return;
        }

        await _console.Error.WriteAsync("\r\e[K");
        await _console.Error.FlushAsync();
    }

    private async Task ProcessAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var text = _describe();
            var width = Math.Max(1, _console.Width - 1);
            await _console.Error.WriteAsync("\r" + (text.Length > width ? text[..width] : text) + "\e[K");
            await _console.Error.FlushAsync();
        }
    }
}
