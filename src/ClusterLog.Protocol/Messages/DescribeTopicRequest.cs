using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Asks for a topic's partitions, replicas and offsets.</summary>
/// <remarks>
/// <code>
/// name  str
/// </code>
/// </remarks>
internal sealed record DescribeTopicRequest(string Name) : IRequest<DescribeTopicRequest, DescribeTopicResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeTopic;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static DescribeTopicRequest Read(ref MessagePackReader reader) => new(reader.ReadString());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Name);
    }
}
