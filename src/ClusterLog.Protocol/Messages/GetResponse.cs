using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The latest record of a key, or that there is none.</summary>
/// <remarks>
/// <code>
/// offset  i64  of the record; -1 = the key has none, or was deleted
/// batch   bin  a record batch that holds the record, perhaps compacted to it; empty if there is none
/// </code>
/// </remarks>
internal sealed record GetResponse(long Offset, ReadOnlySequence<byte> Batch) : IWireFields<GetResponse>
{
    /// <summary>The offset that stands for no record.</summary>
    public const long None = -1;

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static GetResponse Read(ref MessagePackReader reader) => new(reader.ReadInt64(), reader.ReadBinary());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Offset);
        WireList.WriteBulk(ref writer, frame, Batch);
    }
}
