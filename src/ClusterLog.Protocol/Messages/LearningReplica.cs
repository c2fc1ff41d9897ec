using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>A replica that fills itself from its leader.</summary>
/// <remarks>
/// <code>
/// brokerId       int  the broker that it is on
/// entriesBehind  i64  entries of the log that it lacks
/// bytesBehind    i64  about how many bytes these are, from how many the leader has for all of its log
/// </code>
/// </remarks>
internal sealed record LearningReplica(int BrokerId, long EntriesBehind, long BytesBehind)
    : IWireFields<LearningReplica>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static LearningReplica Read(ref MessagePackReader reader) => new(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(BrokerId);
        writer.Write(EntriesBehind);
        writer.Write(BytesBehind);
    }
}
