using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One partition in a list offsets response.</summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int
/// error      int  0, or why there is no answer
/// offset     i64  -1 = no record is that young
/// timestamp  i64  that of the record found, Unix ms; -1 if none was looked for or found
/// </code>
/// </remarks>
internal sealed record ListedOffset(
    string Topic, int Partition, ErrorCode Error, long Offset, long Timestamp)
    : IWireFields<ListedOffset>
{
    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <inheritdoc/>
    public static ListedOffset Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        (ErrorCode)reader.ReadInt16(),
        reader.ReadInt64(),
        reader.ReadInt64());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write((short)Error);
        writer.Write(Offset);
        writer.Write(Timestamp);
    }
}
