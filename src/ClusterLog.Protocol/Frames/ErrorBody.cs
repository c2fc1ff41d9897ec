using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>What follows the header of a response whose error is not None.</summary>
/// <remarks>
/// <code>
/// message       str   for people: the ids, what was expected and what was found
/// retryAfterMs  int   how long to wait before trying again; 0 = no hint
/// </code>
/// </remarks>
internal sealed record ErrorBody(string Message, int RetryAfterMs) : IWireFields<ErrorBody>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public static ErrorBody Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadInt32());

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Message);
        writer.Write(RetryAfterMs);
    }
}
