using ClusterLog.Client;

namespace ClusterLog.Cli.Connection;

/// <summary>What the commands need of a producer; the same seam as <see cref="ICluster"/>.</summary>
internal interface IRecordProducer : IAsyncDisposable
{
    /// <summary>
    /// Hands over one record; waits while the producer's buffer is full. The record's bytes may be reused afterwards.
    /// </summary>
    ValueTask EnqueueAsync(
        ProducerRecord record, Action<DeliveryReport> onDelivery, CancellationToken cancellationToken);

    /// <summary>Completes when everything handed over before has been acknowledged or has failed.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>What the producer counted so far.</summary>
    ProducerStatistics GetStatistics();
}
