using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>One broker in a cluster status.</summary>
/// <remarks>
/// <code>
/// id           int   1 or higher
/// host         str   where clients reach it
/// port         int
/// peerAddress  str   host:port for brokers
/// httpAddress  str   host:port for health and metrics
/// connected    bool  whether the answering broker is connected to it; true for itself
/// </code>
/// </remarks>
internal sealed record StatusBroker(
    int Id, string Host, int Port, string PeerAddress, string HttpAddress, bool Connected)
    : IWireFields<StatusBroker>
{
    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <inheritdoc/>
    public static StatusBroker Read(ref MessagePackReader reader) => new(
        reader.ReadInt32(),
        reader.ReadString(),
        reader.ReadInt32(),
        reader.ReadString(),
        reader.ReadString(),
        reader.ReadBoolean());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Id);
        writer.Write(Host);
        writer.Write(Port);
        writer.Write(PeerAddress);
        writer.Write(HttpAddress);
        writer.Write(Connected);
    }
}
