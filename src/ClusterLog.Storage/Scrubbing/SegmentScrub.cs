using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Scrubbing;

/// <summary>Reads one segment through, some at a time, and holds it against what is known of it.</summary>
internal sealed class SegmentScrub : IDisposable
{
    private const int ChunkBytes = 256 << 10;

    private readonly IStorageDisk _disk;
    private readonly SegmentSnapshot _segment;
    private IStorageFile? _file;
    private SegmentCursor? _cursor;
    private SegmentBuilder? _builder;

    public SegmentScrub(IStorageDisk disk, SegmentSnapshot segment)
    {
        (_disk, _segment) = (disk, segment);
    }

    /// <summary>How much the last step has read.</summary>
    public int Bytes { get; private set; }

    /// <summary>What is wrong, once <see cref="Next"/> has said false; null when nothing is.</summary>
    public CorruptLogException? Damage { get; private set; }

    /// <summary>Reads a chunk; false at the end, or at damage.</summary>
    public bool Next()
    {
        try
        {
            return _cursor is null ? Open() : Read();
        }
        catch (FileNotFoundException)
        {
            return Fail(0, $"the segment of base index {_segment.BaseIndex}", "no such file");
        }
        catch (IOException error)
        {
            return Fail(_cursor?.Position ?? 0, "bytes that can be read", error.Message);
        }
    }

    public void Dispose() => _file?.Dispose();

    private bool Open()
    {
        _file = _disk.Open(_segment.Path, FileUse.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.SizeBytes];
        var header = SegmentHeader.TryRead(bytes[.._file.ReadAt(0, bytes)]);
        var expected = new SegmentHeader(_segment.Group, _segment.BaseIndex, _segment.BaseOffset);
        if (header != expected)
        {
            return Fail(
                0,
                $"a segment header of group {_segment.Group}, base index {_segment.BaseIndex}, base offset {_segment.BaseOffset}",
                "another or a damaged one");
        }

        _builder = new SegmentBuilder(expected);
        _cursor = new SegmentCursor(_file, SegmentHeader.SizeBytes, _segment.Length, ChunkBytes);
        Bytes = SegmentHeader.SizeBytes;
        return true;
    }

    private bool Read()
    {
        var from = _cursor!.Position;
        while (_cursor.Position < _segment.Length && _cursor.Position - from < ChunkBytes)
        {
            var at = _cursor.Position;
            var result = _cursor.TryNext(out var header, out var payload);
            var problem = result == RecordReadResult.Ok ? _builder!.Refuse(header) : _cursor.Problem;
            if (problem is not null)
            {
                return Fail(at, _builder!.Expected, problem);
            }

            _builder!.Add(header, payload, (int)(_cursor.Position - at));
        }

        Bytes = (int)(_cursor.Position - from);
        return Bytes > 0;
    }

    private bool Fail(long position, string expected, string found)
    {
        Damage = new CorruptLogException(_segment.Group, _segment.Path, position, expected, found);
        return false;
    }
}
