namespace ClusterLog.Client.Producing;

/// <summary>What a producer has done. Written by its loop alone, read by anyone.</summary>
internal sealed class ProducerCounters
{
    private long _batches;
    private long _batchBytes;
    private long _retries;
    private long _acknowledged;
    private long _failed;

    public void CountBatch(int bytes)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _batchBytes, bytes);
    }

    public void CountRetries(int batches) => Interlocked.Add(ref _retries, batches);

    public void CountRecords(int count, bool isDelivered) =>
        Interlocked.Add(ref isDelivered ? ref _acknowledged : ref _failed, count);

    public ProducerStatistics Read(long bufferedBytes) => new(
        Interlocked.Read(ref _batches),
        Interlocked.Read(ref _batchBytes),
        Interlocked.Read(ref _retries),
        Interlocked.Read(ref _acknowledged),
        Interlocked.Read(ref _failed),
        bufferedBytes);
}
