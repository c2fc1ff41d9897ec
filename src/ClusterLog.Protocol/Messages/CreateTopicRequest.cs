using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Creates a topic. Answered when each of its partitions has a leader known to the broker that answers, or with
/// RequestTimedOut: then the topic may exist, and metadata will tell.
/// </summary>
/// <remarks>
/// <code>
/// name        str  A-Z a-z 0-9 . _ - ; 1 to 249 of them
/// partitions  int  0 = the broker's default
/// replicas    int  0 = the default: 3, or the number of brokers if lower
/// timeoutMs   int  how long to wait for leaders
/// </code>
/// </remarks>
internal sealed record CreateTopicRequest(
    string Name, int Partitions, int Replicas, int TimeoutMs)
    : IRequest<CreateTopicRequest, CreateTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static CreateTopicRequest Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(Partitions);
        writer.Write(Replicas);
        writer.Write(TimeoutMs);
    }
}
