using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>What one broker knows.</summary>
/// <remarks>
/// <code>
/// clusterId      str
/// brokerId       int                     the broker that answers
/// serverVersion  str
/// uptimeMs       i64                     since the broker started
/// controllerId   int                     0 = none known
/// brokers        array of StatusBroker
/// replicas       array of StatusReplica  those of the broker that answers
/// </code>
/// </remarks>
internal sealed record ClusterStatusResponse(
    string ClusterId,
    int BrokerId,
    string ServerVersion,
    long UptimeMs,
    int ControllerId,
    IReadOnlyList<StatusBroker> Brokers,
    IReadOnlyList<StatusReplica> Replicas)
    : IWireFields<ClusterStatusResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 7;

    /// <inheritdoc/>
    public static ClusterStatusResponse Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        reader.ReadString(),
        reader.ReadInt64(),
        reader.ReadInt32(),
        WireList.Read<StatusBroker>(ref reader),
        WireList.Read<StatusReplica>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(ClusterId);
        writer.Write(BrokerId);
        writer.Write(ServerVersion);
        writer.Write(UptimeMs);
        writer.Write(ControllerId);
        WireList.Write(ref writer, frame, Brokers);
        WireList.Write(ref writer, frame, Replicas);
    }
}
