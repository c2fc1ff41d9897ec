using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Deletes a topic with all its records. Answered once the deletion is committed.</summary>
/// <remarks>
/// <code>
/// name       str
/// timeoutMs  int  how long to wait for the commit
/// </code>
/// </remarks>
internal sealed record DeleteTopicRequest(
    string Name, int TimeoutMs)
    : IRequest<DeleteTopicRequest, DeleteTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DeleteTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static DeleteTopicRequest Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(TimeoutMs);
    }
}
