using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Compaction;

/// <summary>
/// The compaction of one group's log: what of it could be compacted, a way through all of its committed entries, and the
/// replacement of segments. One at a time for a group; not on the group's shard. What records go is the caller's to say.
/// <para>
/// Entries are never removed, and only sealed segments are rewritten: the last one, as long as it grows, is not.
/// </para>
/// </summary>
internal sealed class LogCompaction
{
    private readonly StorageEngine _engine;
    private readonly GroupProgress _progress;
    private readonly SegmentRewriter _rewriter;

    public LogCompaction(StorageEngine engine, GroupProgress progress, IPace pace)
    {
        (_engine, _progress) = (engine, progress);
        _rewriter = new SegmentRewriter(engine.Disk, pace, engine.IsByHand);
    }

    /// <summary>Another object once the log was made anew: what was known of it before does not hold any more.</summary>
    public object Life => _progress.Life;

    /// <summary>The offset behind the last record in sealed segments.</summary>
    public long SealedOffset => _progress.Segments is { Items.Count: > 0 } list
        ? list.HasEnded ? list.NextOffset : list.Items[^1].BaseOffset
        : 0;

    /// <summary>The bytes of the segment that grows; 0 when none does.</summary>
    public long GrowingBytes => _progress.Segments is { HasEnded: false, Items: [.., var last] } ? last.Length : 0;

    /// <summary>The bytes of sealed segments that hold records at or behind an offset, and of all.</summary>
    public (long Behind, long All) SealedBytes(long offset)
    {
        var (behind, all) = (0L, 0L);
        foreach (var segment in Sealed())
        {
            behind += segment.NextOffset > offset ? segment.Length : 0;
            all += segment.Length;
        }

        return (behind, all);
    }

    /// <summary>
    /// Goes through the entries that are in segments, the one that grows included, from the one with an offset on: all
    /// are committed. Ends early when the visitor returns false.
    /// </summary>
    /// <inheritdoc cref="SegmentRewriter.WriteAsync" path="/exception"/>
    public async Task ReadAsync(long offset, Func<LogEntry, bool> visit, CancellationToken cancellationToken)
    {
        var goesOn = true;
        foreach (var segment in _progress.Segments.Items.Where(item => item.NextOffset > offset))
        {
            await _rewriter.ReadAsync(
                segment,
                (header, payload) =>
                    goesOn = header.BaseOffset + header.OffsetCount <= offset || visit(header.ToEntry(payload)),
                cancellationToken);
            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Rewrites the sealed segments that begin before an offset, in order, and merges small neighbours. Each is in place,
    /// durably, before the next is begun.
    /// </summary>
    /// <param name="offset">What begins at or behind it stays as it is.</param>
    /// <param name="rewrite">The payload that an entry is to have; null where it stays.</param>
    /// <param name="concerns">
    /// Whether anything may change in a segment that holds offsets from the first number to before the second: no other is
    /// read, and none are merged. Where none is given, all are gone through.
    /// </param>
    /// <param name="cancellationToken">Ends it between two chunks; what is in place stays.</param>
    /// <returns>False when the log was cut, replaced or removed meanwhile: not all was rewritten.</returns>
    /// <inheritdoc cref="SegmentRewriter.WriteAsync" path="/exception"/>
    public async Task<bool> RewriteAsync(
        long offset,
        Func<LogEntry, byte[]?> rewrite,
        Func<long, long, bool>? concerns,
        CancellationToken cancellationToken)
    {
        var segments = Sealed().Where(segment => segment.BaseOffset < offset).ToList();
        for (var next = 0; next < segments.Count;)
        {
            if (concerns?.Invoke(segments[next].BaseOffset, segments[next].NextOffset) == false)
            {
                next++;
                continue;
            }

            var run = concerns is null ? RunFrom(segments, next) : [segments[next]];
            next += run.Count;
            try
            {
                if (run.Count == 1 && !await _rewriter.ChangesAsync(run[0], rewrite, cancellationToken))
                {
                    continue;
                }

                RequireRoom(run);
                var replacement = await _rewriter.WriteAsync(run, rewrite, cancellationToken);
                _engine.SegmentWriter.Enqueue(new SegmentWrite(_progress, Replacement: replacement));
                if (!await replacement.Done.WaitAsync(cancellationToken))
                {
                    return false;
                }
            }
            catch (SegmentReplacedException)
            {
                return false;
            }
            catch (IOException error) when (error is not DiskFullException)
            {
                // A failed write or sync is not tried again, here as elsewhere: the disk cannot be believed any more.
                _engine.Lane.Fail(error);
                throw;
            }
        }

        return true;
    }

    /// <summary>Has the segment ended that grows, a little later: then it is sealed too.</summary>
    public void EndGrowing() =>
        _engine.SegmentWriter.Enqueue(new SegmentWrite(_progress, Step: () => _engine.SegmentWriter.EndLast(_progress)));

    // Old and new files lie side by side for a while, and what was acknowledged already needs its room too.
    private void RequireRoom(List<SegmentSnapshot> run)
    {
        var needed = run.Sum(segment => segment.Length) + _engine.Options.MinFreeBytes;
        if (_engine.Disk.FreeBytes < needed)
        {
            throw new DiskFullException(
                $"Compaction of group {_progress.Group} needs {needed} free bytes, found {_engine.Disk.FreeBytes}.");
        }
    }

    private IEnumerable<SegmentSnapshot> Sealed() => _progress is { IsQuarantined: false, Segments: var list }
        ? list.Items.Take(list.SealedCount)
        : [];

    // As many as fit one file together; they can only shrink.
    private List<SegmentSnapshot> RunFrom(List<SegmentSnapshot> segments, int first)
    {
        List<SegmentSnapshot> run = [segments[first]];
        var bytes = segments[first].Length;
        for (var i = first + 1; i < segments.Count; i++)
        {
            bytes += segments[i].Length;
            if (bytes > _engine.Options.SegmentBytesMax)
            {
                break;
            }

            run.Add(segments[i]);
        }

        return run;
    }
}
