using System.Buffers.Binary;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Client.Connections;

/// <summary>
/// Cuts a stream of bytes into frames. Many small frames come with one read; a large one is read straight into memory
/// of its own, so at most its beginning is copied. One reader at a time.
/// </summary>
internal sealed class FrameReceiver
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly BrokerAddress _broker;
    private readonly int _frameBytesMax;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);

    // Invariant: 0 <= _start <= _end <= _buffer.Length; the bytes between are read and not yet handed out.
    private int _start;
    private int _end;

    public FrameReceiver(BrokerAddress broker, Stream stream, int frameBytesMax)
    {
        _broker = broker;
        _stream = stream;
        _frameBytesMax = frameBytesMax;
    }

    /// <summary>
    /// The next frame, in memory that is the caller's to keep, or null at the end of the stream. Throws for a frame
    /// that is empty or too large, and for half a frame.
    /// </summary>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < FrameReader.PrefixBytes)
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return _end == _start ? null : throw new EndOfStreamException("The connection ended within a frame.");
            }
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
        if (length == 0 || length > (uint)_frameBytesMax)
        {
            if (_buffer.AsSpan(_start, FrameReader.PrefixBytes).SequenceEqual("HTTP"u8))
            {
                // It is too long for any frame, and what comes of taking a broker's HTTP port for its client port.
                throw new ClusterLogException(
                    ErrorCode.MalformedRequest, $"What listens at {_broker} speaks HTTP; a broker's port for clients is another.");
            }

            throw new ClusterLogException(
                ErrorCode.FrameTooLarge,
                $"Broker {_broker} sent a frame of {length} bytes; this client accepts 1 to {_frameBytesMax}.");
        }

        _start += FrameReader.PrefixBytes;
        var frame = GC.AllocateUninitializedArray<byte>((int)length);
        var buffered = Math.Min(frame.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(frame);
        _start += buffered;
        if (buffered < frame.Length)
        {
            await ReadRestAsync(frame.AsMemory(buffered), cancellationToken).ConfigureAwait(false);
        }

        return frame;
    }

    private async ValueTask ReadRestAsync(Memory<byte> rest, CancellationToken cancellationToken)
    {
        // What is left of a small frame is read through the buffer, since the next frames often come with it.
        while (rest.Length < BufferBytes / 2)
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new EndOfStreamException("The connection ended within a frame.");
            }

            var count = Math.Min(rest.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(rest.Span);
            _start += count;
            rest = rest[count..];
            if (rest.IsEmpty)
            {
                return;
            }
        }

        await _stream.ReadExactlyAsync(rest, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        return count > 0;
    }
}
