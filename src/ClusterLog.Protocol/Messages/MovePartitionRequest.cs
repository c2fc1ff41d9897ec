using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Moves a partition to other brokers, or takes the move that is under way back. Answered once that is decided: the
/// partition serves all the while, and is there some time later.</summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int           from 0
/// brokers    array of int  where it is to be, preferred leader first; empty: where it was before the move that is under way
/// timeoutMs  int           how long to wait for the decision
/// </code>
/// </remarks>
internal sealed record MovePartitionRequest(string Topic, int Partition, IReadOnlyList<int> Brokers, int TimeoutMs)
    : IRequest<MovePartitionRequest, MovePartitionResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.MovePartition;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static MovePartitionRequest Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadInt32(), WireList.ReadInts(ref reader), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        WireList.WriteInts(ref writer, Brokers);
        writer.Write(TimeoutMs);
    }
}
