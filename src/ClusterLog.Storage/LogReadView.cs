using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Compaction;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <summary>
/// The segments of one log as of one moment. Immutable: any thread may read from it; reads do I/O on the caller's
/// thread, verify every checksum, and return payloads that share few read buffers.
/// </summary>
internal sealed class LogReadView
{
    private const int ChunkBytesMin = 64 << 10;
    private const int ChunkBytesMax = 4 << 20;

    private readonly IStorageDisk _disk;
    private readonly GroupProgress _progress;
    private readonly SegmentList _segments;
    private readonly LogIndex _start;
    private readonly int _generation;

    /// <param name="start">The log begins behind this index: nothing at or before it is read.</param>
    public LogReadView(IStorageDisk disk, GroupProgress progress, LogIndex start)
    {
        // In this order: what is read of a log that was made anew since is known as that.
        _generation = progress.Generation;
        (_disk, _progress, _segments, _start) = (disk, progress, progress.Segments, start);
        LastIndex = LogIndex.Max(_segments.LastIndex, start);
    }

    /// <summary>The last entry that can be read here; what follows is in memory. Where the log begins if there is none.</summary>
    public LogIndex LastIndex { get; }

    /// <summary>The whole of a checkpoint of the log; null when the log has been trimmed or removed meanwhile.</summary>
    /// <exception cref="CorruptLogException">It is damaged, or missing.</exception>
    public RaftSnapshot? ReadCheckpoint(Checkpoint checkpoint)
    {
        try
        {
            return CheckpointFiles.Load(_disk, _progress.Group, checkpoint.Index);
        }
        catch (CorruptLogException) when (
            IsGone || !Array.Exists(_progress.Checkpoints, item => item.Index == checkpoint.Index))
        {
            return null;
        }
    }

    /// <summary>
    /// Entries from the one that holds <paramref name="offset"/> on, up to <paramref name="upTo"/> and to
    /// <paramref name="bytesMax"/> (always at least one); none when it is not in segments, or no more.
    /// </summary>
    /// <exception cref="CorruptLogException">A stored entry is damaged.</exception>
    /// <param name="buffers">Gets the payloads; where none are given, they live as long as somebody holds them.</param>
    public IReadOnlyList<LogEntry> ReadFromOffset(
        long offset, LogIndex upTo, int bytesMax, ReadBuffers? buffers = null)
    {
        return ReadLatest(segments =>
        {
            var start = segments.FirstWhere(segment => segment.NextOffset > offset);
            return start == segments.Items.Count
                ? []
                : Read(
                    segments,
                    start,
                    segments.Items[start].PointAtOffset(offset),
                    entry => entry.Offset > offset,
                    upTo,
                    bytesMax,
                    buffers);
        });
    }

    /// <summary>Entries from <paramref name="first"/> to <paramref name="last"/>, up to <paramref name="bytesMax"/>.</summary>
    /// <inheritdoc cref="ReadFromOffset" path="/exception"/>
    public IReadOnlyList<LogEntry> ReadFromIndex(LogIndex first, LogIndex last, int bytesMax)
    {
        return ReadLatest(segments =>
        {
            var start = segments.FirstWhere(segment => segment.LastIndex >= first);
            return start == segments.Items.Count
                ? []
                : Read(
                    segments,
                    start,
                    segments.Items[start].PointAtIndex(first),
                    entry => entry.Index >= first,
                    last,
                    bytesMax);
        });
    }

    /// <summary>
    /// The first data entry with records at or behind <paramref name="offset"/> whose latest timestamp is at least
    /// <paramref name="unixMilliseconds"/>, up to <paramref name="upTo"/>; null when none in segments is.
    /// </summary>
    /// <inheritdoc cref="ReadFromOffset" path="/exception"/>
    public LogEntry? FindByTimestamp(long unixMilliseconds, long offset, LogIndex upTo)
    {
        var found = ReadLatest(segments => FindByTimestamp(segments, unixMilliseconds, offset, upTo));
        return found.Count > 0 ? found[0] : null;
    }

    private List<LogEntry> FindByTimestamp(SegmentList segments, long unixMilliseconds, long offset, LogIndex upTo)
    {
        for (var i = 0; i < segments.Items.Count; i++)
        {
            var segment = segments.Items[i];
            if (segment.MaxTimestamp < unixMilliseconds || segment.NextOffset <= offset || segment.LastIndex <= _start)
            {
                continue;
            }

            return Read(
                segments,
                i,
                segment.PointAtTime(unixMilliseconds),
                entry => entry.Kind == EntryKind.Data && entry.MaxTimestamp >= unixMilliseconds && entry.Offset > offset,
                upTo,
                bytesMax: 1);
        }

        return [];
    }

    // Where a segment was compacted since this view was taken, the read begins anew with the list as it is now: entries
    // and offsets are the same there. A log that begins later now has lost what was asked for.
    private List<LogEntry> ReadLatest(Func<SegmentList, List<LogEntry>> read)
    {
        for (var segments = _segments; ; segments = _progress.Segments)
        {
            if (!ReferenceEquals(segments, _segments) && segments.Start.Index > _start)
            {
                return [];
            }

            try
            {
                return read(segments);
            }
            catch (SegmentReplacedException)
            {
                // The list has changed before the file went: each turn takes a newer one.
            }
        }
    }

    private readonly record struct Seen(LogIndex Index, EntryKind Kind, long Offset, long MaxTimestamp);

    private List<LogEntry> Read(
        SegmentList segments,
        int start,
        IndexPoint point,
        Func<Seen, bool> starts,
        LogIndex last,
        int bytesMax,
        ReadBuffers? buffers = null)
    {
        var into = new List<LogEntry>();
        long bytes = 0;
        while (start < segments.Items.Count && segments.Items[start].LastIndex <= _start)
        {
            start++;
            point = default;
        }

        for (var i = start; i < segments.Items.Count; i++)
        {
            var position = i == start ? Math.Max(point.Position, SegmentHeader.SizeBytes) : SegmentHeader.SizeBytes;
            if (!ReadSegment(segments.Items[i], position, starts, last, bytesMax, buffers, into, ref bytes))
            {
                break;
            }
        }

        return into;
    }

    // False when the end of the read was met, true when it may go on in the next segment.
    private bool ReadSegment(
        SegmentSnapshot segment,
        long position,
        Func<Seen, bool> starts,
        LogIndex last,
        int bytesMax,
        ReadBuffers? buffers,
        List<LogEntry> into,
        ref long bytes)
    {
        using var file = Open(segment);
        if (file is null)
        {
            return false;
        }

        var chunk = Math.Clamp(bytesMax - bytes, ChunkBytesMin, ChunkBytesMax);
        var cursor = new SegmentCursor(file, position, segment.Length, (int)chunk, buffers);
        while (cursor.Position < segment.Length)
        {
            var at = cursor.Position;
            var result = cursor.TryNext(out var header, out var payload);
            if (result != RecordReadResult.Ok && IsGone)
            {
                return false;
            }

            if (result != RecordReadResult.Ok || header.Group != segment.Group || header.Epoch != segment.BaseIndex.Value)
            {
                throw Corrupt(segment, at, result, header, cursor.Problem);
            }

            if (header.Index > last)
            {
                return false;
            }

            var seen = new Seen(
                header.Index, header.Kind, header.BaseOffset + header.OffsetCount, header.MaxTimestamp);
            if (into.Count == 0 && (header.Index <= _start || !starts(seen)))
            {
                continue;
            }

            var entry = header.ToEntry(payload);
            bytes += entry.SizeBytes;
            if (bytes > bytesMax && into.Count > 0)
            {
                // Whoever reads so much comes back for what follows.
                file.ReadSoon(at, chunk);
                return false;
            }

            into.Add(entry);
        }

        return true;
    }

    // Removed, or damaged and made anew: whatever is found now is no news.
    private bool IsGone => _progress.Removed || _progress.Generation != _generation;

    // Null when the segment was deleted since this view was taken: the log begins behind it now, or is gone.
    private IStorageFile? Open(SegmentSnapshot segment)
    {
        try
        {
            return _disk.Open(segment.Path, FileUse.Read);
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            var now = _progress.Segments;
            if (IsGone || now.Start.Index >= segment.LastIndex)
            {
                return null;
            }

            throw !now.Items.Contains(segment)
                ? new SegmentReplacedException(segment.Path)
                : new CorruptLogException(
                    segment.Group, segment.Path, 0, $"the segment of base index {segment.BaseIndex}", "no such file");
        }
    }

    private static CorruptLogException Corrupt(
        SegmentSnapshot segment, long position, RecordReadResult result, RecordHeader header, string problem)
    {
        var found = result == RecordReadResult.Ok ? $"group {header.Group}, segment {header.Epoch}" : problem;
        return new CorruptLogException(
            segment.Group,
            segment.Path,
            position,
            $"an undamaged entry of segment {segment.BaseIndex}, which was synced up to byte {segment.Length}",
            found);
    }
}
