using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

/// <summary>A log in a list: a node's in-memory view, and what its simulated disk holds.</summary>
internal sealed class ScriptLog : IRaftLog
{
    private readonly List<LogEntry> _entries = [];
    private LogIndex _compacted;
    private Term _compactedTerm;
    private LoggedConfiguration? _compactedConfiguration;

    /// <summary>Makes an empty log that goes on after a compacted prefix.</summary>
    public ScriptLog(LogIndex compacted, Term compactedTerm)
    {
        _compacted = compacted;
        _compactedTerm = compactedTerm;
    }

    public LogIndex FirstIndex => _compacted.Next;

    public LogIndex LastIndex => new(_compacted.Value + (ulong)_entries.Count);

    public Term LastTerm => _entries.Count == 0 ? _compactedTerm : _entries[^1].Term;

    /// <summary>Scripts propose commands only, and these take no offsets.</summary>
    public long NextOffset => 0;

    public IReadOnlyList<LogEntry> Entries => _entries;

    public LogEntry this[LogIndex index] => _entries[PositionOf(index)];

    public Term? TermAt(LogIndex index)
    {
        if (index == _compacted)
        {
            return _compactedTerm;
        }

        return index < _compacted || index > LastIndex ? null : this[index].Term;
    }

    public void Append(ReadOnlySpan<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Index != LastIndex.Next)
            {
                throw new InvalidOperationException($"Entry {entry.Index} does not follow {LastIndex}.");
            }

            _entries.Add(entry);
        }
    }

    public LoggedConfiguration? LatestConfiguration(LogIndex upTo)
    {
        for (var index = LogIndex.Min(upTo, LastIndex); index >= FirstIndex; index = index.Previous)
        {
            if (this[index].Kind == EntryKind.Configuration)
            {
                return new LoggedConfiguration(index, ConfigurationCodec.Read(this[index].Payload.Span));
            }
        }

        return _compactedConfiguration;
    }

    public void TruncateSuffix(LogIndex first)
    {
        var keep = PositionOf(first);
        _entries.RemoveRange(keep, _entries.Count - keep);
    }

    public void Reset(RaftSnapshot snapshot)
    {
        _entries.Clear();
        _compacted = snapshot.Index;
        _compactedTerm = snapshot.Term;
        _compactedConfiguration = snapshot.Configuration;
    }

    public bool TryRead(LogIndex first, LogIndex last, int bytesMax, List<LogEntry> into)
    {
        long bytes = 0;
        for (var index = first; index <= last && index <= LastIndex; index = index.Next)
        {
            var entry = this[index];
            bytes += entry.SizeBytes;
            if (index > first && bytes > bytesMax)
            {
                break;
            }

            into.Add(entry);
        }

        return true;
    }

    /// <summary>Forgets the entries up to and including an index that the log holds.</summary>
    public void Compact(LogIndex upTo)
    {
        _compactedConfiguration = LatestConfiguration(upTo);
        _compactedTerm = this[upTo].Term;
        _entries.RemoveRange(0, PositionOf(upTo) + 1);
        _compacted = upTo;
    }

    private int PositionOf(LogIndex index) => (int)(index.Value - _compacted.Value) - 1;
}
