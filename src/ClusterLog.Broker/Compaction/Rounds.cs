namespace ClusterLog.Broker.Compaction;

/// <summary>
/// Does a round of work in the background again and again, with a pause before each, until it is disposed of. A round that
/// throws is the last one, and is told of: the broker goes on without this work.
/// </summary>
internal sealed class Rounds : IAsyncDisposable
{
    private readonly TimeSpan _pause;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task> _round;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Rounds(TimeSpan pause, TimeProvider time, Func<CancellationToken, Task> round, Action<Exception> onFault)
    {
        (_pause, _time, _round, _onFault) = (pause, time, round, onFault);
    }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Cancels the round that is under way, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops.
        }
        catch (Exception exception)
        {
            _onFault(exception);
        }
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_pause, _time, cancellationToken);
            await _round(cancellationToken);
        }
    }
}
