using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Where everything is.</summary>
/// <remarks>
/// <code>
/// clusterId        str
/// controllerId     int                      the leader of the metadata group; 0 = none known
/// metadataVersion  i64                      grows with each change; a client never goes back to a lower one
/// brokers          array of MetadataBroker
/// topics           array of MetadataTopic   in the order asked for, or by name if all were asked for
/// </code>
/// </remarks>
internal sealed record MetadataResponse(
    string ClusterId,
    int ControllerId,
    long MetadataVersion,
    IReadOnlyList<MetadataBroker> Brokers,
    IReadOnlyList<MetadataTopic> Topics)
    : IWireFields<MetadataResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <inheritdoc/>
    public static MetadataResponse Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        reader.ReadInt64(),
        WireList.Read<MetadataBroker>(ref reader),
        WireList.Read<MetadataTopic>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(ClusterId);
        writer.Write(ControllerId);
        writer.Write(MetadataVersion);
        WireList.Write(ref writer, frame, Brokers);
        WireList.Write(ref writer, frame, Topics);
    }
}
