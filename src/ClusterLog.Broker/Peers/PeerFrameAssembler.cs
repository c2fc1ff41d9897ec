using System.Buffers;
using ClusterLog.Protocol.Frames;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Cuts what comes from a peer into frames. A frame that carries payloads is copied, as it comes, into one piece of memory
/// of its own, of which the payloads become slices: the one copy on the way in. For appends it is of the broker's memory for
/// payloads. A small frame is given as a slice of the input, to be decoded on the spot. One per connection; not thread safe.
/// </summary>
internal sealed class PeerFrameAssembler
{
    // Array header and type, one byte each: every frame has both.
    private const int HeadBytes = 2;

    // Frames up to this length wait in the input until they are whole.
    private const int InPlaceBytesMax = 4096;

    // Shorter appends carry no batch: most only tell how far the leader has committed.
    private const int PooledBytesMin = 128;

    private readonly int _frameBytesMax;
    private readonly PayloadMemory? _payloads;
    private Memory<byte> _partial;
    private bool _isFilling;
    private int _filled;

    /// <param name="payloads">Where appends come in; null where each gets an array of its own.</param>
    public PeerFrameAssembler(int frameBytesMax, PayloadMemory? payloads = null) =>
        (_frameBytesMax, _payloads) = (frameBytesMax, payloads);

    /// <summary>
    /// Takes the next frame, or as much of it as there is, off the buffer. A frame that is a slice of the buffer is gone
    /// when the input advances; the others live as long as somebody refers to them.
    /// </summary>
    public FrameStatus TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        if (_isFilling)
        {
            return Fill(ref buffer, out frame);
        }

        frame = default;
        if (buffer.Length < FrameReader.PrefixBytes + HeadBytes)
        {
            return FrameStatus.NeedMoreData;
        }

        var (length, type) = ReadHead(buffer);
        if (length < HeadBytes)
        {
            return FrameStatus.Malformed;
        }

        if (length > _frameBytesMax)
        {
            return FrameStatus.TooLarge;
        }

        var inPlace = type is not (PeerFrameType.AppendRequest or PeerFrameType.InstallSnapshot
            or PeerFrameType.Request or PeerFrameType.Response);
        if (inPlace && (length <= InPlaceBytesMax || buffer.Length - FrameReader.PrefixBytes >= length))
        {
            return FrameReader.TryReadFrame(ref buffer, _frameBytesMax, out frame);
        }

        _partial = type == PeerFrameType.AppendRequest && length >= PooledBytesMin && _payloads is not null
            ? _payloads.Rent((int)length)
            : GC.AllocateUninitializedArray<byte>((int)length);
        (_isFilling, _filled) = (true, 0);
        buffer = buffer.Slice(FrameReader.PrefixBytes);
        return Fill(ref buffer, out frame);
    }

    private static (uint Length, PeerFrameType Type) ReadHead(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> head = stackalloc byte[FrameReader.PrefixBytes + HeadBytes];
        buffer.Slice(0, head.Length).CopyTo(head);
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(head), (PeerFrameType)head[^1]);
    }

    private FrameStatus Fill(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        var missing = _partial.Length - _filled;
        var taken = (int)Math.Min(missing, buffer.Length);
        buffer.Slice(0, taken).CopyTo(_partial.Span[_filled..]);
        buffer = buffer.Slice(taken);
        _filled += taken;
        if (taken < missing)
        {
            frame = default;
            return FrameStatus.NeedMoreData;
        }

        frame = new ReadOnlySequence<byte>(_partial);
        (_partial, _isFilling) = (default, false);
        return FrameStatus.Complete;
    }
}
