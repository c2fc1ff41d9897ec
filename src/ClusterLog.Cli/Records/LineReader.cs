namespace ClusterLog.Cli.Records;

/// <summary>
/// Splits a stream into lines at the byte \n and strips nothing else: a \r before it stays part of the line, so that
/// what is produced and consumed again is the same file byte for byte. A last line without \n is a line; an empty line
/// is an empty line. Not thread-safe.
/// </summary>
/// <remarks>Invariant: 0 &lt;= _start &lt;= _scanned &lt;= _end &lt;= _buffer.Length; no \n lies in [_start,
/// _scanned).</remarks>
internal sealed class LineReader
{
    /// <summary>
    /// The default bound of one line; far above what a broker takes, and far below what would exhaust memory.
    /// </summary>
    public const int DefaultLineBytesMax = 64 * 1024 * 1024;

    private const int InitialBufferBytes = 256 * 1024;

    private readonly Stream _source;
    private readonly int _lineBytesMax;
    private byte[] _buffer;
    private int _start;
    private int _scanned;
    private int _end;
    private bool _ended;

    /// <summary>Reads from the stream, which stays the caller's.</summary>
    /// <param name="source">Read in large pieces; needs no buffer of its own.</param>
    /// <param name="bufferBytes">Size of the first buffer; it grows for longer lines.</param>
    /// <param name="lineBytesMax">A longer line throws <see cref="LineTooLongException"/>.</param>
    public LineReader(Stream source, int bufferBytes = InitialBufferBytes, int lineBytesMax = DefaultLineBytesMax)
    {
        _source = source;
        _buffer = new byte[bufferBytes];
        _lineBytesMax = lineBytesMax;
    }

    /// <summary>Bytes taken from the source so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Lines given out so far.</summary>
    public long Lines { get; private set; }

    /// <summary>The next line that is already in memory. It is valid until the next <see cref="FillAsync"/>.</summary>
    /// <returns>False when more must be read first.</returns>
    public bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        var newline = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (newline >= 0)
        {
            line = _buffer.AsMemory(_start, _scanned + newline - _start);
            _start = _scanned = _scanned + newline + 1;
            Lines++;
            return true;
        }

        _scanned = _end;
        if (_ended && _start < _end)
        {
            line = _buffer.AsMemory(_start, _end - _start);
            _start = _end;
            Lines++;
            return true;
        }

        line = default;
        return false;
    }

    /// <summary>
    /// Reads more. A source that cannot be cancelled (a terminal, a pipe) is left reading when the token fires;
    /// the reader must not be used after that.
    /// </summary>
    /// <returns>False when the source has ended and every line has been given out.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return _start < _end;
        }

        MakeRoom();
        var pending = _source.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        var count = pending.IsCompleted ? await pending : await pending.AsTask().WaitAsync(cancellationToken);
        BytesRead += count;
        _end += count;
        _ended = count == 0;
        return !_ended || _start < _end;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        if (_end > _lineBytesMax)
        {
            throw new LineTooLongException(Lines + 1, _lineBytesMax);
        }

        Array.Resize(ref _buffer, (int)Math.Min((long)_buffer.Length * 2, _lineBytesMax + 1L));
    }
}
