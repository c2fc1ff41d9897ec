namespace ClusterLog.Client;

/// <summary>What a producer has done since it was made.</summary>
/// <param name="BatchesSent">Batches that were sent, each counted once however often it was sent again.</param>
/// <param name="BatchBytesSent">The bytes of those batches, headers included.</param>
/// <param name="Retries">How often a batch was sent again.</param>
/// <param name="RecordsAcknowledged">Records that were delivered.</param>
/// <param name="RecordsFailed">Records that were reported as failed.</param>
/// <param name="BufferedBytes">Bytes that count against <see cref="ProducerOptions.BufferBytesMax"/> now.</param>
public readonly record struct ProducerStatistics(
    long BatchesSent,
    long BatchBytesSent,
    long Retries,
    long RecordsAcknowledged,
    long RecordsFailed,
    long BufferedBytes)
{
    /// <summary>The mean size of the batches sent, in bytes; 0 before the first.</summary>
    public double BatchBytesAverage => BatchesSent == 0 ? 0 : (double)BatchBytesSent / BatchesSent;
}
