using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>What follows the header of a response whose error is not None.</summary>
/// <remarks>
/// <code>
/// message       str   for people: the ids, what was expected and what was found
/// retryAfterMs  int   how long to wait before trying again; 0 = no hint
/// leader        LeaderHint  appended, with NotLeader only: where to send the request instead
/// </code>
/// </remarks>
internal sealed record ErrorBody(string Message, int RetryAfterMs) : IWireFields<ErrorBody>
{
    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <summary>Who takes such requests; null where that is not known, or not what was wrong.</summary>
    public LeaderHint? Leader { get; init; }

    /// <inheritdoc/>
    public int AppendedFieldCount => Leader is null ? 0 : 1;

    /// <inheritdoc/>
    public static ErrorBody Read(ref MessagePackReader reader) => new(reader.ReadString(), reader.ReadInt32());

    /// <inheritdoc/>
    public static ErrorBody ReadAppended(ErrorBody fields, ref MessagePackReader reader, ref int left)
    {
        if (left == 0)
        {
            return fields;
        }

        left--;
        return fields with { Leader = WireArray.Read<LeaderHint>(ref reader) };
    }

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer, FrameBuffer frame)
    {
        writer.Write(Message);
        writer.Write(RetryAfterMs);
        if (Leader is not null)
        {
            writer.WriteArrayHeader(LeaderHint.FieldCount);
            Leader.Write(ref writer, frame);
        }
    }
}
