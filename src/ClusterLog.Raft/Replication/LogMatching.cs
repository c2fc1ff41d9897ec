namespace ClusterLog.Raft.Replication;

/// <summary>Where two logs agree: pure questions to one log about another's entries (paper 5.3, log matching).</summary>
internal static class LogMatching
{
    /// <summary>
    /// The last index at or before <paramref name="index"/> whose term is not above <paramref name="term"/>, with its
    /// term: no later entry here can equal one of a log that has <paramref name="term"/> at <paramref name="index"/>.
    /// A whole run of conflicting terms is skipped in one round trip (end of paper 5.3). The term is zero where the
    /// answer lies before what the log still knows.
    /// </summary>
    public static (LogIndex Index, Term Term) FindConflictByTerm(IRaftLog log, LogIndex index, Term term)
    {
        // Terms never fall along a log, so the answer can be found by halving [low, high).
        var low = log.FirstIndex.Value == 0 ? 0 : log.FirstIndex.Value - 1;
        var high = Math.Min(index.Value, log.LastIndex.Value) + 1;
        var first = low;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (log.TermAt(new LogIndex(middle)) is { } found && found <= term)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low > first)
        {
            var answer = new LogIndex(low - 1);
            return (answer, log.TermAt(answer) ?? Term.Zero);
        }

        return (LogIndex.Min(index, new LogIndex(first).Previous), Term.Zero);
    }

    /// <summary>
    /// How many of the entries the log already holds, with the same terms. The next one, if any, lies beyond the log's
    /// end or conflicts with it; only there may a log be cut (raft-notes rule 6).
    /// </summary>
    public static int CountHeld(IRaftLog log, IReadOnlyList<LogEntry> entries)
    {
        var held = 0;
        while (held < entries.Count
            && entries[held].Index <= log.LastIndex
            && log.TermAt(entries[held].Index) == entries[held].Term)
        {
            held++;
        }

        return held;
    }

    /// <summary>
    /// True when the entries follow the given position without a gap in index or offset, and with terms that never
    /// fall nor pass the sender's.
    /// </summary>
    public static bool IsSequence(
        IReadOnlyList<LogEntry> entries, LogIndex previousIndex, Term previousTerm, Term senderTerm)
    {
        var index = previousIndex;
        var term = previousTerm;
        long? offset = null;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var follows = entry.Index == index.Next && entry.Term >= term && entry.Term <= senderTerm
                && (offset is null || entry.BaseOffset == offset)
                && entry.OffsetCount >= 0 && entry.BaseOffset >= 0;
            if (!follows)
            {
                return false;
            }

            index = entry.Index;
            term = entry.Term;
            offset = entry.NextOffset;
        }

        return true;
    }

    /// <summary>
    /// The offset that an entry at <paramref name="index"/> must start with, or null where that is not in memory.
    /// </summary>
    public static long? OffsetAt(IRaftLog log, LogIndex index)
    {
        if (index > log.LastIndex)
        {
            return log.NextOffset;
        }

        // The offset is a function of what lies before, so the entry being replaced started at the same one.
        var read = new List<LogEntry>(1);
        return log.TryRead(index, index, 1, read) ? read[0].BaseOffset : null;
    }
}
