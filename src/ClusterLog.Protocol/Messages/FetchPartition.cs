using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One partition in a fetch request.</summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int
/// offset     i64  the first offset wanted; the high watermark is allowed and waits for more
/// maxBytes   int  of batches; the first batch is returned whole even if it is longer
/// </code>
/// </remarks>
internal sealed record FetchPartition(
    string Topic, int Partition, long Offset, int MaxBytes)
    : IWireFields<FetchPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static FetchPartition Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write(Offset);
        writer.Write(MaxBytes);
    }
}
