using System.Buffers;

namespace ClusterLog.Cli.Terminal;

/// <summary>
/// One buffer before standard output. Nearly a million short records a second pass through it, so it appends spans and
/// lets the caller decide when to write: when it is full, or when there is nothing more to come for now. Not
/// thread-safe.
/// </summary>
internal sealed class OutputBuffer : IBufferWriter<byte>
{
    /// <summary>From this size on the caller should flush.</summary>
    public const int FlushBytes = 256 * 1024;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FlushBytes + (64 * 1024)];
    private int _length;

    /// <summary>A buffer before the given stream, which it does not own.</summary>
    public OutputBuffer(Stream stream) => _stream = stream;

    /// <summary>Whether enough has gathered to be written.</summary>
    public bool IsFull => _length >= FlushBytes;

    /// <summary>Whether anything waits to be written.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Appends bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        GetSpan(1)[0] = value;
        _length++;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    /// <summary>
    /// Writes all that has gathered. A reader that does not read blocks the write; cancelling gives it up, and the
    /// buffer must not be used afterwards because the abandoned write may still read from it.
    /// </summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_length == 0)
        {
            return;
        }

        var length = _length;
        _length = 0;
        var writing = _stream.WriteAsync(_buffer.AsMemory(0, length), CancellationToken.None).AsTask();
        await writing.WaitAsync(cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
    }
}
