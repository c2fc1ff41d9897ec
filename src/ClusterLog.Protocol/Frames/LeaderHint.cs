using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>Who leads the partition that a refused request was about, as the refusing broker knows.</summary>
/// <remarks>
/// <code>
/// brokerId  int
/// term      u64  of two hints about one partition the one with the higher term is newer
/// host      str  where clients reach that broker
/// port      int
/// </code>
/// </remarks>
internal sealed record LeaderHint(int BrokerId, ulong Term, string Host, int Port) : IWireFields<LeaderHint>
{
    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static LeaderHint Read(ref MessagePackReader reader) =>
        new(reader.ReadInt32(), reader.ReadUInt64(), reader.ReadString(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(BrokerId);
        writer.Write(Term);
        writer.Write(Host);
        writer.Write(Port);
    }
}
