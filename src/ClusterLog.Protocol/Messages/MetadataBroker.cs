using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One broker in a metadata response.</summary>
/// <remarks>
/// <code>
/// id    int  1 or higher
/// host  str  where clients reach it
/// port  int  1 to 65535
/// </code>
/// </remarks>
internal sealed record MetadataBroker(int Id, string Host, int Port) : IWireFields<MetadataBroker>
{
    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public static MetadataBroker Read(ref MessagePackReader reader) =>
        new(reader.ReadInt32(), reader.ReadString(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Id);
        writer.Write(Host);
        writer.Write(Port);
    }
}
