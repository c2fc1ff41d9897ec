using ClusterLog.Protocol.Batches;

namespace ClusterLog.Simulation.Rot;

/// <summary>A batch as its producer made it. No two have the same checksum: each bears a number of its own.</summary>
internal sealed class RotBatch
{
    public RotBatch(byte[] bytes)
    {
        RecordBatchHeader.TryRead(bytes, out var header);
        (Bytes, Header) = (bytes, header);
    }

    public byte[] Bytes { get; }

    public RecordBatchHeader Header { get; }
}
