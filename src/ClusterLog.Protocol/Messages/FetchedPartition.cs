using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// One partition in a fetch response. Only committed records are returned. The first batch may begin before the offset
/// asked for: the client skips the records below it.
/// </summary>
/// <remarks>
/// <code>
/// topic          str
/// partition      int
/// error          int           0, or why there is nothing of this partition
/// highWatermark  i64           one past the last committed offset; -1 with an error that leaves it unknown
/// logStart       i64           the first offset that can be read; -1 likewise
/// batches        array of bin  record batches as they were stored, ordered by offset
/// </code>
/// </remarks>
internal sealed record FetchedPartition(
    string Topic,
    int Partition,
    ErrorCode Error,
    long HighWatermark,
    long LogStart,
    IReadOnlyList<ReadOnlySequence<byte>> Batches)
    : IWireFields<FetchedPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <inheritdoc/>
    public static FetchedPartition Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        (ErrorCode)reader.ReadInt16(),
        reader.ReadInt64(),
        reader.ReadInt64(),
        WireList.ReadBinaries(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.Write((short)Error);
        writer.Write(HighWatermark);
        writer.Write(LogStart);
        WireList.WriteBulks(ref writer, frame, Batches);
    }
}
