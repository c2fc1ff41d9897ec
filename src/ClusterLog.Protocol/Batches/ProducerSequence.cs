namespace ClusterLog.Protocol.Batches;

/// <summary>Sequences number a producer's records in one partition: 0 to int.MaxValue, then 0 again.</summary>
internal static class ProducerSequence
{
    /// <summary>The sequence so many records later.</summary>
    public static int Add(int sequence, int count) => (int)(((long)sequence + count) & int.MaxValue);
}
