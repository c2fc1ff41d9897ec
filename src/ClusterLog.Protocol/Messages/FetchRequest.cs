using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Reads record batches from partitions that the broker leads. It is answered as soon as minBytes can be returned, or
/// any partition has an error, or maxWaitMs have passed.
/// </summary>
/// <remarks>
/// <code>
/// maxWaitMs   int                      how long to wait for minBytes; 0 = do not wait
/// minBytes    int                      of batches, over all partitions
/// maxBytes    int                      of batches, over all partitions
/// partitions  array of FetchPartition
/// </code>
/// </remarks>
internal sealed record FetchRequest(
    int MaxWaitMs, int MinBytes, int MaxBytes, IReadOnlyList<FetchPartition> Partitions)
    : IRequest<FetchRequest, FetchResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Fetch;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static FetchRequest Read(ref MessagePackReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), WireList.Read<FetchPartition>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(MaxWaitMs);
        writer.Write(MinBytes);
        writer.Write(MaxBytes);
        WireList.Write(ref writer, frame, Partitions);
    }
}
