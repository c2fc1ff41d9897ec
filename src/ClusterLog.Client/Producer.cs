namespace ClusterLog.Client;

/// <summary>
/// Sends records in batches. Thread safe; the order in a partition is that of the calls. Made by
/// <see cref="ClusterLogClient.CreateProducer"/>.
/// </summary>
public sealed class Producer : IAsyncDisposable
{
    internal Producer(ClusterLogClientOptions client, ProducerOptions options)
    {
        Options = options;
        ArgumentNullException.ThrowIfNull(client);
    }

    /// <summary>The settings.</summary>
    public ProducerOptions Options { get; }

    /// <summary>
    /// Puts a record into the buffer, and completes when it is there: at once, unless the buffer is full or nothing is
    /// known of the topic yet. Cancelling has an effect until then.
    /// </summary>
    /// <param name="record">The record; its memory may be used again when the call has completed.</param>
    /// <param name="onDelivery">
    /// Hears once what became of the record, on a thread of the client that it must not block; not called if the call
    /// itself fails.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for room.</param>
    public ValueTask EnqueueAsync(
        ProducerRecord record, Action<DeliveryReport>? onDelivery = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Sends a record and completes when it is delivered. Throws <see cref="ClusterLogException"/> if it fails.
    /// Cancelling ends the waiting; a record that is in the buffer already is sent all the same.
    /// </summary>
    public Task<DeliveryReport> ProduceAsync(ProducerRecord record, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Sends what is in the buffer without lingering, and completes when every record of the calls made before has been
    /// delivered or has failed.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>What the producer has done so far.</summary>
    public ProducerStatistics GetStatistics() => throw new NotSupportedException();

    /// <summary>
    /// Flushes for at most the client's request timeout, fails what has not been delivered by then, and ends.
    /// </summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
