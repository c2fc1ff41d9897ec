using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>What the partitions hold from the offsets asked for.</summary>
/// <remarks>
/// <code>
/// partitions  array of FetchedPartition  in the order of the request
/// </code>
/// </remarks>
internal sealed record FetchResponse(IReadOnlyList<FetchedPartition> Partitions) : IWireFields<FetchResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 1;

    /// <inheritdoc/>
    public static FetchResponse Read(ref MessagePackReader reader) => new(WireList.Read<FetchedPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.Write(ref writer, frame, Partitions);
    }
}
