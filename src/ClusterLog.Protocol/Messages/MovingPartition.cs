using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>A partition that moves, or would move.</summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int                                 from 0
/// from       array of int                        the brokers that held it before
/// to         array of int                        those that are to hold it, preferred leader first
/// since      i64                                 when the move began, in Unix milliseconds; 0 = not known, or not begun
/// leaderId   int                                 its leader, where that is the answering broker; 0 = ask another
/// learners   array of <see cref="LearningReplica"/>  what is not there yet, as the leader knows it
/// </code>
/// </remarks>
internal sealed record MovingPartition(
    string Topic,
    int Partition,
    IReadOnlyList<int> From,
    IReadOnlyList<int> To,
    long Since,
    int LeaderId,
    IReadOnlyList<LearningReplica> Learners)
    : IWireFields<MovingPartition>
{
    /// <inheritdoc/>
    public static int FieldCount => 7;

    /// <inheritdoc/>
    public static MovingPartition Read(ref MessagePackReader reader) => new(
        reader.ReadString(),
        reader.ReadInt32(),
        WireList.ReadInts(ref reader),
        WireList.ReadInts(ref reader),
        reader.ReadInt64(),
        reader.ReadInt32(),
        WireList.Read<LearningReplica>(ref reader));

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        WireList.WriteInts(ref writer, From);
        WireList.WriteInts(ref writer, To);
        writer.Write(Since);
        writer.Write(LeaderId);
        WireList.Write(ref writer, frame, Learners);
    }
}
