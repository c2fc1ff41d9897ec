using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Appends one record batch to one partition, at its leader. Requests may follow each other without waiting.
/// </summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int
/// acks       int  0 none, 1 leader, 2 all: what must be done before the response
/// timeoutMs  int  how long to wait for that
/// batch      bin  one record batch, see RecordBatchHeader
/// </code>
/// </remarks>
internal sealed record ProduceRequest(
    string Topic, int Partition, Acks Acks, int TimeoutMs, ReadOnlySequence<byte> Batch)
    : IRequest<ProduceRequest, ProduceResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Produce;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <inheritdoc/>
    public static ProduceRequest Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        WireEnum.ReadAcks(ref reader),
        reader.ReadInt32(),
        reader.ReadBinary());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write((byte)Acks);
        writer.Write(TimeoutMs);
        WireList.WriteBulk(ref writer, frame, Batch);
    }
}
