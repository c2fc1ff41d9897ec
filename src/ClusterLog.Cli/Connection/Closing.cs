using ClusterLog.Client;

namespace ClusterLog.Cli.Connection;

/// <summary>Ends what may not end by itself: after Ctrl-C nobody waits two minutes for an unreachable broker.</summary>
internal static class Closing
{
    /// <summary>How long after an interruption or a failure what is in flight may still be acknowledged.</summary>
    public static readonly TimeSpan FlushMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DisposeMax = TimeSpan.FromSeconds(2);

    /// <summary>Flushes for a bounded time.</summary>
    /// <returns>Whether everything was acknowledged or has failed.</returns>
    public static async Task<bool> FlushAsync(IRecordProducer producer, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(FlushMax, time);
        try
        {
            await producer.FlushAsync(timeout.Token).WaitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (ClusterLogException)
        {
            // Each failed record has been reported to its handler, which counts it.
            return true;
        }
    }

    /// <summary>Disposes for a bounded time; what is left then ends with the process.</summary>
    public static async Task DisposeAsync(IAsyncDisposable disposable, TimeProvider time)
    {
        try
        {
            await disposable.DisposeAsync().AsTask().WaitAsync(DisposeMax, time);
        }
        catch (TimeoutException)
        {
            // A connection that does not close cannot lose anything any more: the flush before has counted it all.
        }
    }
}
