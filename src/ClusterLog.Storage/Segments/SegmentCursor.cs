using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Walks the records of a segment from a position to an end, verifying each checksum. Payloads are slices of its read
/// buffers: the caller's where it gives some, else such as live as long as somebody holds one.
/// </summary>
internal sealed class SegmentCursor
{
    private readonly IStorageFile _file;
    private readonly long _end;
    private readonly int _chunkBytes;
    private readonly ReadBuffers? _buffers;
    private byte[] _buffer = [];
    private int _start;
    private int _count;

    public SegmentCursor(IStorageFile file, long position, long end, int chunkBytes, ReadBuffers? buffers = null)
    {
        _buffers = buffers;
        _file = file;
        Position = position;
        _end = end;
        _chunkBytes = chunkBytes;
    }

    /// <summary>Where the next record starts.</summary>
    public long Position { get; private set; }

    /// <summary>What was found where a record should be, in words, after <see cref="TryNext"/> said Bad.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Reads the next record. NeedMore is the end: clean when <see cref="Position"/> is there, else torn.</summary>
    public RecordReadResult TryNext(out RecordHeader header, out ReadOnlyMemory<byte> payload)
    {
        while (true)
        {
            var result = RecordHeader.TryRead(
                _buffer.AsSpan(_start, _count), out header, out var payloadLength, out var problem);
            Problem = problem;
            payload = default;
            if (result == RecordReadResult.Ok)
            {
                payload = _buffer.AsMemory(_start + RecordHeader.SizeBytes, payloadLength);
                var size = RecordHeader.RecordBytes(payloadLength);
                _start += size;
                _count -= size;
                Position += size;
                return result;
            }

            var known = _count >= RecordHeader.SizeBytes;
            var wanted = known ? RecordHeader.RecordBytes(payloadLength) : RecordHeader.SizeBytes;
            if (result == RecordReadResult.Bad || !Fill(wanted))
            {
                return result;
            }
        }
    }

    private bool Fill(int wanted)
    {
        var left = _end - Position;
        if (wanted > left)
        {
            Problem = $"{left} bytes to the end of the file";
            return false;
        }

        var length = (int)Math.Min(Math.Max(wanted, _chunkBytes), left);
        var buffer = _buffers?.Rent(length) ?? GC.AllocateUninitializedArray<byte>(length);
        _buffer.AsSpan(_start, _count).CopyTo(buffer);
        var read = _file.ReadAt(Position + _count, buffer.AsSpan(_count, length - _count));
        (_buffer, _start, _count) = (buffer, 0, _count + read);
        if (_count >= wanted)
        {
            return true;
        }

        Problem = $"{_count} bytes to the end of the file";
        return false;
    }
}
