using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>The partition goes to these brokers, or is there.</summary>
/// <remarks>
/// <code>
/// brokers  array of int  where it is to be, preferred leader first
/// isMoving bool          false: it is there already
/// </code>
/// </remarks>
internal sealed record MovePartitionResponse(IReadOnlyList<int> Brokers, bool IsMoving)
    : IWireFields<MovePartitionResponse>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static MovePartitionResponse Read(ref MessagePackReader reader) => new(WireList.ReadInts(ref reader), reader.ReadBoolean());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        WireList.WriteInts(ref writer, Brokers);
        writer.Write(IsMoving);
    }
}
