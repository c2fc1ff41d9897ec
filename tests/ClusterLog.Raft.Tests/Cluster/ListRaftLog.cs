using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>A group's log in a list, with a compacted prefix and a bounded part that counts as being in memory.</summary>
internal sealed class ListRaftLog : IRaftLog
{
    private readonly List<LogEntry> _entries = [];
    private LogIndex _compacted;
    private Term _compactedTerm;
    private long _compactedOffset;
    private LoggedConfiguration? _compactedConfiguration;

    /// <summary>Called with the term before it and the entry, for every entry appended.</summary>
    public Action<Term, LogEntry>? Appended { get; set; }

    /// <summary>How many of the newest entries can be read without a load.</summary>
    public int InMemoryMax { get; set; } = int.MaxValue;

    /// <summary>The offset at which the log begins.</summary>
    public long CompactedOffset => _compactedOffset;

    public LogIndex FirstIndex => _compacted.Next;

    public LogIndex LastIndex => new(_compacted.Value + (ulong)_entries.Count);

    public Term LastTerm => _entries.Count == 0 ? _compactedTerm : _entries[^1].Term;

    public long NextOffset => _entries.Count == 0 ? _compactedOffset : _entries[^1].NextOffset;

    public IReadOnlyList<LogEntry> Entries => _entries;

    public LogEntry this[ulong index] => _entries[(int)(index - _compacted.Value - 1)];

    /// <summary>Makes an empty log that starts after a compacted prefix.</summary>
    public static ListRaftLog StartingAfter(ulong index, ulong term, long offset = 0)
        => new() { _compacted = new LogIndex(index), _compactedTerm = new Term(term), _compactedOffset = offset };

    public Term? TermAt(LogIndex index)
    {
        if (index == _compacted)
        {
            return _compactedTerm;
        }

        return index < _compacted || index > LastIndex ? null : this[index.Value].Term;
    }

    public void Append(ReadOnlySpan<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Index != LastIndex.Next || entry.BaseOffset != NextOffset)
            {
                throw new InvalidOperationException(
                    $"Entry {entry.Index} at offset {entry.BaseOffset} does not follow {LastIndex} and {NextOffset}.");
            }

            Appended?.Invoke(LastTerm, entry);
            _entries.Add(entry);
        }
    }

    public LoggedConfiguration? LatestConfiguration(LogIndex upTo)
    {
        for (var index = LogIndex.Min(upTo, LastIndex); index >= FirstIndex; index = index.Previous)
        {
            var entry = this[index.Value];
            if (entry.Kind == EntryKind.Configuration)
            {
                return new LoggedConfiguration(index, ConfigurationCodec.Read(entry.Payload.Span));
            }
        }

        return _compactedConfiguration;
    }

    public void TruncateSuffix(LogIndex first)
    {
        var keep = (int)(first.Value - _compacted.Value - 1);
        _entries.RemoveRange(keep, _entries.Count - keep);
    }

    public void Reset(RaftSnapshot snapshot)
    {
        _entries.Clear();
        (_compacted, _compactedTerm, _compactedOffset) = (snapshot.Index, snapshot.Term, snapshot.NextOffset);
        _compactedConfiguration = snapshot.Configuration;
    }

    public bool TryRead(LogIndex first, LogIndex last, int bytesMax, List<LogEntry> into)
    {
        var oldestInMemory = (ulong)Math.Max(0L, (long)LastIndex.Value - InMemoryMax) + 1;
        if (first < FirstIndex || first.Value < oldestInMemory)
        {
            return false;
        }

        into.AddRange(Slice(first, last, bytesMax));
        return true;
    }

    /// <summary>What a load from disk returns.</summary>
    public List<LogEntry> Slice(LogIndex first, LogIndex last, int bytesMax)
    {
        var slice = new List<LogEntry>();
        long bytes = 0;
        for (var index = first; index >= FirstIndex && index <= last && index <= LastIndex; index = index.Next)
        {
            var entry = this[index.Value];
            bytes += entry.SizeBytes;
            if (slice.Count > 0 && bytes > bytesMax)
            {
                break;
            }

            slice.Add(entry);
        }

        return slice;
    }

    public void Compact(LogIndex upTo)
    {
        _compactedConfiguration = LatestConfiguration(upTo);
        _compactedTerm = TermAt(upTo)!.Value;
        _compactedOffset = this[upTo.Value].NextOffset;
        _entries.RemoveRange(0, (int)(upTo.Value - _compacted.Value));
        _compacted = upTo;
    }

    /// <summary>The same log in a new object, as a restart reads it from disk.</summary>
    public ListRaftLog Copy()
    {
        var copy = StartingAfter(_compacted.Value, _compactedTerm.Value, _compactedOffset);
        copy._compactedConfiguration = _compactedConfiguration;
        copy._entries.AddRange(_entries);
        copy.InMemoryMax = InMemoryMax;
        return copy;
    }
}
