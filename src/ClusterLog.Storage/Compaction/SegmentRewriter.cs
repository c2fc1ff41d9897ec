using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Compaction;

/// <summary>
/// Writes neighbouring segments as one new file: the same entries, some with other payloads. Every entry that is read has
/// its checksum verified. The file is synced, and has a temporary name: a crash leaves nothing that counts.
/// </summary>
internal sealed class SegmentRewriter
{
    private const int ReadChunkBytes = 1 << 20;
    private const int WriteChunkBytes = 1 << 20;

    private readonly IStorageDisk _disk;
    private readonly IPace _pace;
    private readonly bool _goesOnInline;
    private byte[] _buffer = new byte[WriteChunkBytes + (64 << 10)];
    private int _count;

    /// <param name="goesOnInline">Of the replacements that it makes.</param>
    public SegmentRewriter(IStorageDisk disk, IPace pace, bool goesOnInline)
    {
        (_disk, _pace, _goesOnInline) = (disk, pace, goesOnInline);
    }

    /// <summary>
    /// Whether any entry of these segments would get another payload. Reads as far as the first one.
    /// </summary>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<bool> ChangesAsync(
        SegmentSnapshot source, Func<LogEntry, byte[]?> rewrite, CancellationToken cancellationToken)
    {
        var changes = false;
        await ReadAsync(
            source,
            (header, payload) => !(changes = rewrite(header.ToEntry(payload)) is not null),
            cancellationToken);
        return changes;
    }

    /// <summary>Writes the new file. Where this throws, the file is deleted, by the next start at the latest.</summary>
    /// <param name="sources">Neighbours, in order; at least one.</param>
    /// <param name="rewrite">The payload that an entry is to have; null where it stays.</param>
    /// <param name="cancellationToken">Ends it, at the latest with the next chunk.</param>
    /// <exception cref="CorruptLogException">What is stored is damaged.</exception>
    /// <exception cref="SegmentReplacedException">A source is not there any more: the log has changed.</exception>
    public async Task<SegmentReplacement> WriteAsync(
        IReadOnlyList<SegmentSnapshot> sources,
        Func<LogEntry, byte[]?> rewrite,
        CancellationToken cancellationToken)
    {
        var first = sources[0];
        var builder = new SegmentBuilder(new SegmentHeader(first.Group, first.BaseIndex, first.BaseOffset));
        var generation = sources.Max(source => source.Generation) + 1;
        var name = new SegmentName(first.BaseIndex, sources[^1].LastIndex, generation);
        var temporary = $"{SegmentSnapshot.FolderOf(first.Group)}/{name.FileName}.tmp";
        try
        {
            using var file = _disk.Open(temporary, FileUse.Create);
            new SegmentHeader(first.Group, first.BaseIndex, first.BaseOffset).Write(_buffer);
            (_count, var position) = (SegmentHeader.SizeBytes, 0L);
            foreach (var source in sources)
            {
                await ReadAsync(
                    source,
                    (header, payload) =>
                    {
                        Add(builder, header, rewrite(header.ToEntry(payload)) is { } other ? other : payload);
                        position = _count >= WriteChunkBytes ? Flush(file, position) : position;
                        return true;
                    },
                    cancellationToken);
            }

            Flush(file, position);
            file.Sync();
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        return new SegmentReplacement(
            sources, builder.ToSnapshot() with { Generation = generation }, _goesOnInline);
    }

    /// <summary>Hands each entry of a segment to a visitor, until that returns false.</summary>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task ReadAsync(
        SegmentSnapshot source, Func<RecordHeader, ReadOnlyMemory<byte>, bool> visit, CancellationToken cancellationToken)
    {
        using var file = Open(source);
        var cursor = new SegmentCursor(file, SegmentHeader.SizeBytes, source.Length, ReadChunkBytes);
        var paced = cursor.Position;
        while (cursor.Position < source.Length)
        {
            if (!visit(Next(source, cursor, out var payload), payload))
            {
                return;
            }

            if (cursor.Position - paced >= ReadChunkBytes)
            {
                await _pace.SpendAsync(cursor.Position - paced, cancellationToken);
                paced = cursor.Position;
            }
        }

        await _pace.SpendAsync(cursor.Position - paced, cancellationToken);
    }

    private static RecordHeader Next(SegmentSnapshot source, SegmentCursor cursor, out ReadOnlyMemory<byte> payload)
    {
        var at = cursor.Position;
        string problem;
        try
        {
            var result = cursor.TryNext(out var header, out payload);
            if (result == RecordReadResult.Ok && header.Group == source.Group && header.Epoch == source.BaseIndex.Value)
            {
                return header;
            }

            problem = result == RecordReadResult.Ok ? $"group {header.Group}, segment {header.Epoch}" : cursor.Problem;
        }
        catch (IOException error)
        {
            // A place that the disk cannot read is damaged.
            problem = error.Message;
        }

        throw new CorruptLogException(
            source.Group,
            source.Path,
            at,
            $"an undamaged entry of segment {source.BaseIndex}, which was synced up to byte {source.Length}",
            problem);
    }

    private void Add(SegmentBuilder builder, in RecordHeader header, ReadOnlyMemory<byte> payload)
    {
        var record = header with { Epoch = builder.BaseIndex.Value };
        if (builder.Refuse(record) is { } problem)
        {
            throw new InvalidOperationException($"Compaction refused: expected {builder.Expected}, found {problem}.");
        }

        var size = RecordHeader.RecordBytes(payload.Length);
        if (_count + size > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_count + size, _buffer.Length * 2));
        }

        record.Write(_buffer.AsSpan(_count), payload.Span);
        _count += size;
        builder.Add(record, payload, size);
    }

    private long Flush(IStorageFile file, long position)
    {
        file.WriteAt(position, _buffer.AsSpan(0, _count));
        position += _count;
        _count = 0;
        return position;
    }

    private IStorageFile Open(SegmentSnapshot source)
    {
        try
        {
            return _disk.Open(source.Path, FileUse.Read);
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SegmentReplacedException(source.Path);
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            _disk.Delete(path);
        }
        catch (IOException)
        {
            // What went wrong before is what is told; the next start deletes it.
        }
    }
}
