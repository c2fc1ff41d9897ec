using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The topic exists and its partitions have leaders.</summary>
/// <remarks>
/// <code>
/// partitions  int  the number created
/// replicas    int  replicas of each
/// </code>
/// </remarks>
internal sealed record CreateTopicResponse(int Partitions, int Replicas) : IWireFields<CreateTopicResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static CreateTopicResponse Read(ref MessagePackReader reader) => new(reader.ReadInt32(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Partitions);
        writer.Write(Replicas);
    }
}
