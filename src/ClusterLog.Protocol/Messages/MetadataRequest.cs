using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Asks for the brokers, and for all topics or those named. Any broker answers from what it has applied of the
/// metadata log.
/// </summary>
/// <remarks>
/// <code>
/// topics  array of str, or nil  the topics asked for; nil = all
/// </code>
/// </remarks>
internal sealed record MetadataRequest(IReadOnlyList<string>? Topics) : IRequest<MetadataRequest, MetadataResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Metadata;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static MetadataRequest Read(ref MessagePackReader reader) =>
        new(reader.TryReadNil() ? null : WireList.ReadStrings(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        if (Topics is null)
        {
            writer.WriteNil();
            return;
        }

        WireList.WriteStrings(ref writer, Topics);
    }
}
