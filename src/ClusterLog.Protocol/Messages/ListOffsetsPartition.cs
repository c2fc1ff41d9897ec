using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One partition in a list offsets request.</summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int
/// timestamp  i64  Unix ms: the first record at or after it; -1 = the high watermark, -2 = the first offset
/// </code>
/// </remarks>
internal sealed record ListOffsetsPartition(
    string Topic, int Partition, long Timestamp)
    : IWireFields<ListOffsetsPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static ListOffsetsPartition Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadInt64());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write(Timestamp);
    }
}
