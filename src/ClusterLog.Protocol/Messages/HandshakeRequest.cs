using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Opens a connection. It must be the first request; its API stays at version 1 for ever, so that any client and
/// broker can agree on the versions of the rest.
/// </summary>
/// <remarks>
/// <code>
/// clientName     str  what the client is, for the broker's logs
/// clientVersion  str  its version, for the same
/// </code>
/// </remarks>
internal sealed record HandshakeRequest(
    string ClientName, string ClientVersion)
    : IRequest<HandshakeRequest, HandshakeResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Handshake;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static HandshakeRequest Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadString());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(ClientName);
        writer.Write(ClientVersion);
    }
}
