using System.Buffers;

namespace ClusterLog.Protocol.Frames;

/// <summary>
/// Holds one frame while it is written, since its length stands before it. Small fields are collected here; record
/// batches are only noted with their place and go from where they lie to the output, so each is copied once.
/// Reused from frame to frame by one owner at a time; not thread safe.
/// </summary>
internal sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    private const int InitialBytes = 1024;

    // A rare large answer must not pin its memory to the connection for ever.
    private const int RetainedBytesMax = 64 * 1024;

    private readonly List<(int Position, ReadOnlySequence<byte> Bytes)> _bulks = [];
    private byte[] _fields = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _written;
    private long _bulkBytes;

    /// <summary>The bytes of the frame so far, its prefix not counted.</summary>
    public long Length => _written + _bulkBytes;

    /// <summary>Empties the buffer and lets go of the batches that it noted.</summary>
    public void Reset()
    {
        _bulks.Clear();
        _written = 0;
        _bulkBytes = 0;
        if (_fields.Length > RetainedBytesMax)
        {
            ArrayPool<byte>.Shared.Return(_fields);
            _fields = ArrayPool<byte>.Shared.Rent(InitialBytes);
        }
    }

    /// <summary>
    /// Notes bytes that follow what was written so far. They must stay as they are until the frame is copied out.
    /// </summary>
    public void AppendBulk(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            _bulks.Add((_written, bytes));
            _bulkBytes += bytes.Length;
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _fields.Length - _written);
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _fields.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _fields.AsSpan(_written);
    }

    /// <summary>Writes the frame's bytes, without a prefix.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        var copied = 0;
        foreach (var (position, bytes) in _bulks)
        {
            output.Write(_fields.AsSpan(copied, position - copied));
            copied = position;
            foreach (var segment in bytes)
            {
                output.Write(segment.Span);
            }
        }

        output.Write(_fields.AsSpan(copied, _written - copied));
    }

    /// <summary>Gives the memory back; the buffer must not be used afterwards.</summary>
    public void Dispose()
    {
        var fields = _fields;
        _fields = [];
        _written = 0;
        _bulks.Clear();
        if (fields.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(fields);
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var needed = Math.Max(sizeHint, 1);
        if (_fields.Length - _written >= needed)
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_fields.Length == 0, this);
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_written + needed, _fields.Length * 2)));
        _fields.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_fields);
        _fields = larger;
    }
}
