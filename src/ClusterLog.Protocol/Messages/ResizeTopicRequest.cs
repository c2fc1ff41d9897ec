using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Gives a topic more partitions, or another number of replicas of each. Answered once new partitions have leaders;
/// replicas come and go some time later, a few partitions at a time.</summary>
/// <remarks>
/// <code>
/// name        str
/// partitions  int  how many it is to have, at least as many as it has; 0 = as many as now
/// replicas    int  replicas of each partition; 0 = as many as now
/// timeoutMs   int  how long to wait
/// </code>
/// </remarks>
internal sealed record ResizeTopicRequest(string Name, int Partitions, int Replicas, int TimeoutMs)
    : IRequest<ResizeTopicRequest, ResizeTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ResizeTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static ResizeTopicRequest Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
        writer.Write(Partitions);
        writer.Write(Replicas);
        writer.Write(TimeoutMs);
    }
}
