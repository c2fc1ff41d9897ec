using System.Text.Json;

namespace ClusterLog.Checking.Histories;

/// <summary>Reads the lines of <see cref="HistoryFormat"/>, holding one line at a time. Not thread-safe.</summary>
public sealed class HistoryReader
{
    private const int FirstBufferBytes = 4096;

    private readonly Stream _stream;
    private readonly int _lineBytesMax;

    // Invariant: 0 <= _start <= _scanned <= _end <= _buffer.Length; no line feed in [_start, _scanned).
    private byte[] _buffer;
    private int _start;
    private int _scanned;
    private int _end;
    private long _line;

    private HistoryReader(Stream stream, int lineBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lineBytesMax, 1);
        _stream = stream;
        _lineBytesMax = lineBytesMax;
        _buffer = new byte[Math.Min(FirstBufferBytes, BufferBytesMax)];
    }

    private int BufferBytesMax => _lineBytesMax + 1;

    /// <summary>Reads to the end of the stream, which stays the caller's. Empty lines are skipped.</summary>
    /// <exception cref="HistoryFormatException">A line is longer than allowed, or not an operation.</exception>
    public static IEnumerable<HistoryOperation> Read(
        Stream stream,
        int lineBytesMax = HistoryFormat.LineBytesMaxDefault) => new HistoryReader(stream, lineBytesMax).ReadAll();

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="HistoryFormatException">A line is longer than allowed, or not an operation.</exception>
    public static IReadOnlyList<HistoryOperation> ReadFile(
        string path,
        int lineBytesMax = HistoryFormat.LineBytesMaxDefault)
    {
        using var file = File.OpenRead(path);
        return Read(file, lineBytesMax).ToArray();
    }

    private IEnumerable<HistoryOperation> ReadAll()
    {
        while (TryReadLine(out var line, out var isEnded))
        {
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                yield return Parse(line.Span, isEnded);
            }
        }
    }

    /// <summary>
    /// Finds the next line; <paramref name="isEnded"/> is false if the stream ended before the line did.
    /// </summary>
    private bool TryReadLine(out ReadOnlyMemory<byte> line, out bool isEnded)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            _scanned = found < 0 ? _end : _scanned + found;
            var length = _scanned - _start;
            if (length > _lineBytesMax)
            {
                throw new HistoryFormatException($"Line {_line + 1} has more than the {_lineBytesMax} bytes allowed.");
            }

            isEnded = found >= 0;
            if (isEnded || !Fill())
            {
                line = _buffer.AsMemory(_start, length);
                _start = _scanned = isEnded ? _scanned + 1 : _scanned;
                _line++;
                return isEnded || length > 0;
            }
        }
    }

    /// <summary>Reads more behind what is there, after making room; false at the end of the stream.</summary>
    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            var size = _start > 0 ? _buffer.Length : (int)Math.Min(_buffer.Length * 2L, BufferBytesMax);
            var target = size > _buffer.Length ? new byte[size] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            _buffer = target;
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        var read = _stream.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }

    private HistoryOperation Parse(ReadOnlySpan<byte> utf8, bool isEnded)
    {
        try
        {
            var line = JsonSerializer.Deserialize<HistoryFormat.Line>(utf8, HistoryFormat.Json)
                ?? throw new HistoryFormatException("null, expected an object.");
            if (line.Completed < line.Invoked)
            {
                throw new HistoryFormatException($"completed {line.Completed} is before invoked {line.Invoked}.");
            }

            var outcome = HistoryFormat.OutcomeOf(line.Type);
            return outcome == Outcome.Ok && line.Completed is null
                ? throw new HistoryFormatException("the type is ok, but completed is absent.")
                : new(line.Process, outcome, line.Function, line.Key, line.Value, line.Invoked, line.Completed);
        }
        catch (Exception e) when (e is JsonException or HistoryFormatException)
        {
            var hint = isEnded ? "" : " It has no line feed: the file may have been cut short.";
            throw new HistoryFormatException($"Line {_line} is not an operation: {e.Message}{hint}", e);
        }
    }
}
