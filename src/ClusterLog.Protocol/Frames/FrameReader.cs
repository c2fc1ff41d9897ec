using System.Buffers;
using System.Buffers.Binary;

namespace ClusterLog.Protocol.Frames;

/// <summary>Cuts a stream of bytes into frames, without copying and without waiting.</summary>
/// <remarks>
/// <code>
/// +----------------------+------------------------------+
/// | u32 length, LE       | one MessagePack array        |
/// +----------------------+------------------------------+
///   itself not counted     length bytes, at least 1
/// </code>
/// </remarks>
internal static class FrameReader
{
    /// <summary>The bytes of the length that stands before each frame.</summary>
    public const int PrefixBytes = sizeof(uint);

    /// <summary>
    /// Takes the first frame off the buffer. Unless the result is <see cref="FrameStatus.Complete"/> the buffer stays
    /// as it is. The limit is checked as soon as the length is there, before anyone waits for, or allocates, so much.
    /// </summary>
    /// <param name="buffer">What has come; afterwards, what follows the frame.</param>
    /// <param name="frameBytesMax">The most bytes of a frame, prefix not counted.</param>
    /// <param name="frame">A slice of the buffer: the frame without its prefix.</param>
    public static FrameStatus TryReadFrame(
        ref ReadOnlySequence<byte> buffer, int frameBytesMax, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < PrefixBytes)
        {
            return FrameStatus.NeedMoreData;
        }

        var length = ReadPrefix(buffer);
        if (length == 0)
        {
            return FrameStatus.Malformed;
        }

        if (length > frameBytesMax)
        {
            return FrameStatus.TooLarge;
        }

        if (buffer.Length - PrefixBytes < length)
        {
            return FrameStatus.NeedMoreData;
        }

        frame = buffer.Slice(PrefixBytes, length);
        buffer = buffer.Slice(frame.End);
        return FrameStatus.Complete;
    }

    private static uint ReadPrefix(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.FirstSpan.Length >= PrefixBytes)
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(buffer.FirstSpan);
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32LittleEndian(prefix);
    }
}
