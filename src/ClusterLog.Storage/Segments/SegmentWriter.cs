using System.Diagnostics;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Writes committed entries to segments, in the background: one thread calls <see cref="RunOnce"/>.
/// <para>
/// Policy for failed writes. Disk full: the file is cut back to its last synced length and closed; the write is tried
/// again about each second, in a new file; meanwhile the entries stay in the WAL and in memory. Any other failed write
/// or sync is never retried: it fails storage as a whole, since the page cache can no longer be believed.
/// </para>
/// </summary>
internal sealed partial class SegmentWriter
{
    private const int BufferBytes = 4 << 20;

    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly StorageCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Queue<SegmentWrite> _queue = new();
    private readonly Dictionary<GroupId, SegmentBuilder> _active = [];
    private readonly HashSet<GroupId> _closed = [];

    // When a group's segment was begun, for groups whose segments end by age.
    private readonly Dictionary<GroupId, long> _writtenSince = [];
    private byte[] _buffer = new byte[64 << 10];
    private int _count;
    private long? _fullSince;

    public SegmentWriter(
        IStorageDisk disk, StorageOptions options, StorageCounters counters, TimeProvider time, ILogger logger)
    {
        (_disk, _options, _counters, _time, _logger) = (disk, options, counters, time, logger);
    }

    /// <summary>Called after each change of what segments hold: the WAL may have a file to recycle.</summary>
    public Action Advanced { get; set; } = () => { };

    /// <summary>Called when there is something to do.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>
    /// Any thread. At most one write of entries per group waits here at a time, and few checkpoints and starts, which
    /// their owner makes one by one: so the queue is bounded by the groups.
    /// </summary>
    public void Enqueue(SegmentWrite write)
    {
        lock (_gate)
        {
            _queue.Enqueue(write);
        }

        Wake();
    }

    /// <summary>Does one write or removal; false when there is nothing to do, or nothing before the next retry.</summary>
    public bool RunOnce()
    {
        SegmentWrite write;
        lock (_gate)
        {
            if (!_queue.TryPeek(out write))
            {
                return false;
            }
        }

        if (_fullSince is { } since && _time.GetElapsedTime(since) < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        try
        {
            Do(write);
            _fullSince = null;
        }
        catch (DiskFullException error)
        {
            if (write.Entries is not null)
            {
                CutBack(write.Progress);
            }

            SegmentLog.DiskFull(_logger, error, write.Progress.Group);
            _fullSince = _time.GetTimestamp();
            return false;
        }

        lock (_gate)
        {
            _queue.Dequeue();
        }

        write.Held?.Dispose();
        _counters.AddSegmentQueueBytes(-write.Bytes);
        if (write.Entries is not null)
        {
            write.Progress.WriteQueued = false;
        }
        else if (write.Snapshot is not null)
        {
            write.Progress.CheckpointQueued = false;
        }

        Advanced();
        return true;
    }

    /// <summary>Saves the index of each segment that is still open, so that the next start need not scan it.</summary>
    public void SaveIndexes(IEnumerable<GroupProgress> groups)
    {
        foreach (var progress in groups)
        {
            if (!progress.Removed && _active.ContainsKey(progress.Group) && progress.Segments.Items.Count > 0)
            {
                SaveIndex(progress.Segments.Items[^1]);
            }
        }
    }

    private void Do(SegmentWrite write)
    {
        var progress = write.Progress;
        if (write.IsRemoval)
        {
            DeleteFolder(progress);
        }
        else if (write.Replacement is { } replacement)
        {
            Replace(progress, replacement);
        }
        else if (progress.Removed)
        {
            return;
        }
        else if (write.Step is { } step)
        {
            step();
        }
        else if (progress.IsQuarantined)
        {
            // Of a log whose identity is lost: nothing is added to it any more.
            return;
        }
        else if (write.Snapshot is { } snapshot)
        {
            SaveCheckpoint(progress, snapshot);
        }
        else if (write.Start is { } start)
        {
            MoveStart(progress, start, write.Installed);
        }

        for (var next = 0; next < (write.Entries?.Count ?? 0);)
        {
            next = WriteSome(progress, write.Entries!, next);
        }
    }

    // Writes entries from `next` on until the buffer or the segment is full; returns the first one not written.
    private int WriteSome(GroupProgress progress, IReadOnlyList<LogEntry> entries, int next)
    {
        var list = progress.Segments;
        while (next < entries.Count && entries[next].Index <= list.LastIndex)
        {
            next++;
        }

        if (next == entries.Count)
        {
            return next;
        }

        var builder = BuilderFor(progress, list, out var isNew);
        var position = isNew ? 0 : builder.Length;
        _count = 0;
        if (isNew)
        {
            Reserve(SegmentHeader.SizeBytes);
            new SegmentHeader(progress.Group, builder.BaseIndex, builder.NextOffset).Write(_buffer);
            _count = SegmentHeader.SizeBytes;
        }

        var bytesMax = BytesMaxOf(progress);
        while (next < entries.Count
            && (builder.LastIndex < builder.BaseIndex
                || (_count < BufferBytes && builder.Length < bytesMax)))
        {
            Add(progress.Group, builder, entries[next++]);
        }

        var started = Stopwatch.GetTimestamp();
        WriteBuffer(progress.Group, builder, position, isNew, isFirst: list.Items.Count == 0);
        _counters.SegmentWritten(_count, Stopwatch.GetElapsedTime(started));
        _active[progress.Group] = builder;
        progress.Segments = list.With(builder.ToSnapshot());
        EndSegmentWhenFull(progress, builder, position);
        return next;
    }

    private SegmentBuilder BuilderFor(GroupProgress progress, SegmentList list, out bool isNew)
    {
        var group = progress.Group;
        var last = list.Items.Count > 0 ? list.Items[^1] : null;
        isNew = last is null or { Generation: > 0 } || _closed.Contains(group) || last.Length >= BytesMaxOf(progress)
            || EndWhenOld(progress, last);
        if (_active.Remove(group, out var builder) && !isNew)
        {
            return builder;
        }

        if (!isNew)
        {
            return new SegmentBuilder(last!);
        }

        if (progress.Pace.SegmentAgeMax > TimeSpan.Zero)
        {
            _writtenSince[group] = _time.GetTimestamp();
        }

        return new SegmentBuilder(new SegmentHeader(group, list.LastIndex.Next, list.NextOffset));
    }

    private void Add(GroupId group, SegmentBuilder builder, LogEntry entry)
    {
        var header = RecordHeader.ForEntry(entry, group, builder.BaseIndex.Value, 0);
        if (builder.Refuse(header) is { } problem)
        {
            throw new InvalidOperationException($"Segment write refused: expected {builder.Expected}, found {problem}.");
        }

        Reserve(RecordHeader.RecordBytes(entry.Payload.Length));
        var size = header.Write(_buffer.AsSpan(_count), entry.Payload.Span);
        _count += size;
        builder.Add(header, entry.Payload, size);
    }

    private void Reserve(int bytes)
    {
        if (_count + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_count + bytes, Math.Min(_buffer.Length * 2, BufferBytes * 2)));
        }
    }
}
