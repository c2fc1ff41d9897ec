using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// Asks for the latest record of a key, at the leader of the partition that the key belongs to. The topic is compacted.
/// </summary>
/// <remarks>
/// <code>
/// topic      str
/// partition  int
/// key        bin
/// timeoutMs  int  how long to wait for the answer
/// </code>
/// </remarks>
internal sealed record GetRequest(
    string Topic, int Partition, ReadOnlySequence<byte> Key, int TimeoutMs)
    : IRequest<GetRequest, GetResponse>
{
    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Get;

    /// <inheritdoc/>
    public static short Version => 1;

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public static GetRequest Read(ref MessagePackReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadBinary(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Topic);
        writer.Write(Partition);
        writer.WriteBinary(Key);
        writer.Write(TimeoutMs);
    }
}
