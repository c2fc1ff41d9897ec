using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage;

/// <summary>
/// One group's log, wherever its bytes are: the newest in memory, older ones in segments, all that is in neither
/// segments nor acknowledged yet in the WAL. Owned by the group's one thread; nothing here does I/O or takes a lock.
/// </summary>
internal sealed partial class PartitionLog : IRaftLog
{
    private readonly GroupProgress _progress;
    private readonly StorageEngine _engine;
    private readonly LogTail _tail;
    private readonly TermStarts _terms = new();
    private readonly ConfigurationHistory _configurations = new();
    private long _tailBytes;
    private LogStart _start;

    internal PartitionLog(StorageEngine engine, GroupProgress progress, RecoveredGroup? recovered)
    {
        (_engine, _progress, Life) = (engine, progress, progress.Life);
        var segments = progress.Segments;
        _start = segments.Start;
        RememberSegments(segments);
        _tail = new LogTail(segments.LastIndex.Next);
        (LastIndex, LastTerm, NextOffset) = (segments.LastIndex, segments.LastTerm, segments.NextOffset);
        HardState = recovered?.HardState ?? default;
        _commit = _handedOver = segments.LastIndex;
        foreach (var entry in recovered?.Tail ?? [])
        {
            Append(entry);
        }
    }

    public GroupId Group => _progress.Group;

    /// <summary>The directory that it is in.</summary>
    public StorageEngine Storage => _engine;

    /// <summary>What was durable at start; default for a new log. The commit in it is clamped to the log's end.</summary>
    public HardState HardState { get; }

    /// <summary>True while nothing has ever been written to it that is still known.</summary>
    public bool IsBlank => LastIndex == LogIndex.Zero && HardState == default;

    /// <inheritdoc />
    public LogIndex FirstIndex => _start.Index.Next;

    /// <inheritdoc />
    public LogIndex LastIndex { get; private set; }

    /// <inheritdoc />
    public Term LastTerm { get; private set; }

    /// <inheritdoc />
    public long NextOffset { get; private set; }

    /// <summary>The oldest offset that the log still holds; <see cref="NextOffset"/> when it holds none.</summary>
    public long FirstOffset => _start.NextOffset;

    /// <inheritdoc />
    public Term? TermAt(LogIndex index)
    {
        if (index == LogIndex.Zero)
        {
            return Term.Zero;
        }

        return index > LastIndex || index < _start.Index ? null : _terms.At(index);
    }

    /// <inheritdoc />
    public LoggedConfiguration? LatestConfiguration(LogIndex upTo) => _configurations.At(upTo);

    /// <inheritdoc />
    public void Append(ReadOnlySpan<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            Append(entry);
        }

        EvictWhileFarOver();
    }

    /// <inheritdoc />
    public void TruncateSuffix(LogIndex first)
    {
        if (first <= _commit)
        {
            throw new InvalidOperationException(
                $"Group {Group}: expected to truncate behind the commit index {_commit}, found index {first}.");
        }

        while (_tail.Count > 0 && _tail.LastIndex >= first)
        {
            CountGone(_tail.RemoveLast().SizeBytes);
        }

        _terms.TruncateSuffix(first);
        _configurations.TruncateSuffix(first);
        LastIndex = LogIndex.Min(LastIndex, first.Previous);
        LastTerm = TermAt(LastIndex) ?? Term.Zero;

        // What is not in segments does not leave memory: without a tail the log ends where they do, or where it begins.
        NextOffset = _tail.Count > 0 ? _tail[_tail.Count - 1].NextOffset
            : LastIndex == _start.Index ? _start.NextOffset
            : _progress.Segments.NextOffset;
    }

    private void Append(LogEntry entry)
    {
        if (entry.Index != LastIndex.Next || entry.BaseOffset != NextOffset || entry.Term < LastTerm)
        {
            throw new InvalidOperationException(
                $"Group {Group}: expected index {LastIndex.Next}, base offset {NextOffset}, term {LastTerm} or later; "
                + $"found index {entry.Index}, base offset {entry.BaseOffset}, term {entry.Term}.");
        }

        _terms.Add(entry.Index, entry.Term);
        if (entry.Kind == EntryKind.Configuration)
        {
            _configurations.Add(entry.Index, entry.Payload.Span);
        }

        (LastIndex, LastTerm, NextOffset) = (entry.Index, entry.Term, entry.NextOffset);
        _tail.Add(entry, _engine.Counters.AddToTail(entry.SizeBytes));
        _tailBytes += entry.SizeBytes;
    }

    private void RememberSegments(SegmentList segments)
    {
        _terms.Reset(_start.Index, _start.Term);
        _configurations.Reset(_start.Index == LogIndex.Zero ? null : _progress.Checkpoints[0].Configuration);
        foreach (var segment in segments.Items)
        {
            foreach (var start in segment.Terms.Span)
            {
                _terms.Add(start.Index, start.Term);
            }

            foreach (var configuration in segment.Configurations.Span)
            {
                if (configuration.Index > _start.Index)
                {
                    _configurations.Add(configuration.Index, configuration.Payload.Span);
                }
            }
        }
    }

    private void CountGone(long bytes)
    {
        _tailBytes -= bytes;
        _engine.Counters.TakeFromTail(bytes);
    }
}
