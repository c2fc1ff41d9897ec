using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Partitions;

/// <summary>One batch of a producer that stands in the log: its sequences and where it went.</summary>
internal readonly record struct AppendedBatch(int BaseSequence, int RecordCount, long BaseOffset)
{
    /// <summary>The sequence that the producer's next batch starts with. Sequences wrap from int.MaxValue to 0.</summary>
    public int NextSequence => ProducerSequence.Add(BaseSequence, RecordCount);
}
