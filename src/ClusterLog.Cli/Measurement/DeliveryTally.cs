using ClusterLog.Client;

namespace ClusterLog.Cli.Measurement;

/// <summary>
/// Counts what became of the records that were handed to producers. One handler serves all records, so that counting
/// costs no memory per record. Thread-safe: producers call it on their own threads.
/// </summary>
internal sealed class DeliveryTally : IAsyncDisposable
{
    private readonly CancellationTokenSource _failure = new();
    private ClusterLogException? _firstError;
    private Task _signalling = Task.CompletedTask;
    private long _failedDeliveries;
    private long _refused;

    /// <summary>A tally of nothing.</summary>
    public DeliveryTally() => Handler = report => Count(report, TimeSpan.Zero);

    /// <summary>To be given to the producer with each record.</summary>
    public Action<DeliveryReport> Handler { get; }

    /// <summary>Latencies of the acknowledged records.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Records that were acknowledged.</summary>
    public long Acknowledged => Latencies.Count;

    /// <summary>Records that failed, refused ones included.</summary>
    public long Failed => FailedDeliveries + Interlocked.Read(ref _refused);

    /// <summary>Records that the producer took and could not deliver.</summary>
    public long FailedDeliveries => Interlocked.Read(ref _failedDeliveries);

    /// <summary>The first failure, which is mostly the cause of the others.</summary>
    public ClusterLogException? FirstError => Volatile.Read(ref _firstError);

    /// <summary>Cancelled by the first failed delivery.</summary>
    public CancellationToken FailureToken => _failure.Token;

    /// <summary>
    /// A handler for one record that was handed over later than intended; its latency counts from the intended start.
    /// </summary>
    public Action<DeliveryReport> HandlerWithLateness(TimeSpan lateness) =>
        lateness <= TimeSpan.Zero ? Handler : report => Count(report, lateness);

    /// <summary>Counts a record that the producer refused when it was handed over. It stops nothing.</summary>
    public void CountRefused(ClusterLogException error)
    {
        Interlocked.CompareExchange(ref _firstError, error, null);
        Interlocked.Increment(ref _refused);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Volatile.Read(ref _signalling);
        _failure.Dispose();
    }

    private void Count(DeliveryReport report, TimeSpan lateness)
    {
        if (report.Error is null)
        {
            Latencies.Record(report.Latency + lateness);
            return;
        }

        Interlocked.CompareExchange(ref _firstError, report.Error, null);
        if (Interlocked.Increment(ref _failedDeliveries) == 1)
        {
            // Cancelling runs what waits for it; a producer's thread must not, hence the asynchronous way.
            Volatile.Write(ref _signalling, _failure.CancelAsync());
        }
    }
}
