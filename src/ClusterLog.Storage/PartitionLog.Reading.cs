using ClusterLog.Raft;

namespace ClusterLog.Storage;

internal sealed partial class PartitionLog
{
    /// <inheritdoc />
    public bool TryRead(LogIndex first, LogIndex last, int bytesMax, List<LogEntry> into)
    {
        if (!_tail.Contains(first))
        {
            return first > LastIndex;
        }

        Take(checked((int)(first.Value - _tail.FirstIndex.Value)), last, bytesMax, into);
        return true;
    }

    /// <summary>
    /// Adds entries from the one that holds <paramref name="offset"/> on, up to <paramref name="upTo"/> and to
    /// <paramref name="bytesMax"/> (always at least one). Entries without offsets come along in their places. Nothing is
    /// added when the offset lies behind <paramref name="upTo"/>. False when the first entry needed is not in memory.
    /// </summary>
    public bool TryReadFrom(long offset, LogIndex upTo, int bytesMax, List<LogEntry> into)
    {
        var isHere = offset >= NextOffset
            || _tail.FirstIndex == FirstIndex
            || (_tail.Count > 0 && _tail[0].BaseOffset <= offset);
        if (isHere)
        {
            Take(_tail.FirstWhere(offset, (entry, wanted) => entry.NextOffset > wanted), upTo, bytesMax, into);
        }

        return isHere;
    }

    /// <summary>What reads of entries that are not in memory need. Its methods may be called on any thread.</summary>
    public LogReadView ColdView() => new(_engine.Disk, _progress, _start.Index);

    /// <summary>
    /// The first data entry in memory with records at or behind <paramref name="offset"/>, up to
    /// <paramref name="upTo"/>, whose latest timestamp is at least <paramref name="unixMilliseconds"/>. Older entries, in
    /// <see cref="ColdView"/>, come first.
    /// </summary>
    public LogEntry? FindInMemoryByTimestamp(long unixMilliseconds, long offset, LogIndex upTo)
    {
        for (var i = 0; i < _tail.Count && _tail[i].Index <= upTo; i++)
        {
            var entry = _tail[i];
            if (entry.Kind == EntryKind.Data && entry.MaxTimestamp >= unixMilliseconds && entry.NextOffset > offset)
            {
                return entry;
            }
        }

        return null;
    }

    private void Take(int position, LogIndex last, int bytesMax, List<LogEntry> into)
    {
        long bytes = 0;
        for (; position < _tail.Count && _tail[position].Index <= last; position++)
        {
            var entry = _tail[position];
            bytes += entry.SizeBytes;
            if (bytes > bytesMax && bytes > entry.SizeBytes)
            {
                return;
            }

            into.Add(entry);
        }
    }
}
