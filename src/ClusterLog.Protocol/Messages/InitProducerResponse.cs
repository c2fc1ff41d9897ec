using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>An id that no other producer of the cluster has or will have.</summary>
/// <remarks>
/// <code>
/// producerId     i64  0 or higher
/// producerEpoch  int  0 or higher; batches of a lower epoch are refused once a higher one has written
/// </code>
/// </remarks>
internal sealed record InitProducerResponse(long ProducerId, int ProducerEpoch) : IWireFields<InitProducerResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static InitProducerResponse Read(ref MessagePackReader reader) =>
        new(reader.ReadInt64(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(ProducerId);
        writer.Write(ProducerEpoch);
    }
}
