using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>What the topic is to have.</summary>
/// <remarks>
/// <code>
/// partitions  int
/// replicas    int  of each partition
/// </code>
/// </remarks>
internal sealed record ResizeTopicResponse(int Partitions, int Replicas)
    : IWireFields<ResizeTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static ResizeTopicResponse Read(ref MessagePackReader reader) => new(reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Partitions);
        writer.Write(Replicas);
    }
}
