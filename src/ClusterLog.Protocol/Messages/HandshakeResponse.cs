using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Tells the client whom it reached, and what holds there.</summary>
/// <remarks>
/// <code>
/// brokerId        int                       the broker, 1 or higher
/// clusterId       str                       the cluster; a client that knows another one is lost
/// serverVersion   str                       for people
/// frameBytesMax   int                       the most bytes of a frame to this broker, prefix not counted
/// recordBytesMax  int                       the most bytes of an encoded record
/// apis            array of ApiVersionRange  what the broker serves
/// </code>
/// </remarks>
internal sealed record HandshakeResponse(
    int BrokerId,
    string ClusterId,
    string ServerVersion,
    int FrameBytesMax,
    int RecordBytesMax,
    IReadOnlyList<ApiVersionRange> Apis)
    : IWireFields<HandshakeResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <inheritdoc/>
    public static HandshakeResponse Read(ref MessagePackReader reader) => new(
        reader.ReadInt32(),
        reader.ReadString(),
        reader.ReadString(),
        reader.ReadInt32(),
        reader.ReadInt32(),
        WireList.Read<ApiVersionRange>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(BrokerId);
        writer.Write(ClusterId);
        writer.Write(ServerVersion);
        writer.Write(FrameBytesMax);
        writer.Write(RecordBytesMax);
        WireList.Write(ref writer, frame, Apis);
    }
}
