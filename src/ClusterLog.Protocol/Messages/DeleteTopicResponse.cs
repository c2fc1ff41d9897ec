using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The topic is deleted.</summary>
/// <remarks>
/// <code>
/// no fields
/// </code>
/// </remarks>
internal sealed record DeleteTopicResponse() : IWireFields<DeleteTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 0;

    /// <inheritdoc/>
    public static DeleteTopicResponse Read(ref MessagePackReader reader) => new();

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
    }
}
