using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The batch was appended, now or before.</summary>
/// <remarks>
/// <code>
/// baseOffset  i64   the offset of its first record; -1 with acks none
/// duplicate   bool  true if the partition had the batch already; the offset is that of the first time
/// </code>
/// </remarks>
internal sealed record ProduceResponse(long BaseOffset, bool Duplicate) : IWireFields<ProduceResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static ProduceResponse Read(ref MessagePackReader reader) => new(reader.ReadInt64(), reader.ReadBoolean());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(BaseOffset);
        writer.Write(Duplicate);
    }
}
