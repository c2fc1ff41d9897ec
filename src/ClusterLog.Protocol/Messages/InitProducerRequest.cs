using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Asks for a producer id, which makes the producer idempotent.</summary>
/// <remarks>
/// <code>
/// producerName  str  for the broker's logs
/// </code>
/// </remarks>
internal sealed record InitProducerRequest(string ProducerName) : IRequest<InitProducerRequest, InitProducerResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.InitProducer;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static InitProducerRequest Read(ref MessagePackReader reader) => new(reader.ReadString());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(ProducerName);
    }
}
