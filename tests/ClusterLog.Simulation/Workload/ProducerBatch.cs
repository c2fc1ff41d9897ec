using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Workload;

/// <summary>One batch of a producer, from its first attempt to its end.</summary>
internal sealed class ProducerBatch(long producer, byte[] bytes, in RecordBatchHeader header, long firstValue, long invokedAt)
{
    public long Producer { get; } = producer;

    /// <summary>The batch as the producer made it. Every attempt sends a copy, which becomes the broker's.</summary>
    public byte[] Bytes { get; } = bytes;

    public RecordBatchHeader Header { get; } = header;

    public int RecordCount => Header.RecordCount;

    /// <summary>The value of the first record; those of the others follow.</summary>
    public long FirstValue { get; } = firstValue;

    public long InvokedAt { get; } = invokedAt;

    /// <summary>The groups that an attempt may have reached.</summary>
    public List<GroupId> Groups { get; } = [];

    /// <summary>When the producer stops trying.</summary>
    public long GiveUpAt { get; init; }

    /// <summary>When the next attempt is due, if none is under way.</summary>
    public long RetryAt { get; set; }

    /// <summary>The attempt under way.</summary>
    public ProduceAttempt? Attempt { get; set; }

    public int Attempts { get; set; }

    public bool IsEnded { get; set; }
}
