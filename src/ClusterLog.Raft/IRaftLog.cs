using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft;

/// <summary>
/// The core's view of its group's log: what has been appended, durable or not. Implemented by storage, and by a list
/// in tests. Owned by the group's one thread; every call is synchronous and does no I/O.
/// </summary>
internal interface IRaftLog
{
    /// <summary>
    /// The oldest entry that the log still holds; <c>LastIndex + 1</c> when it holds none. What lies before it was
    /// committed, and a snapshot at <c>FirstIndex - 1</c> or later stands for it. It rises as the log is trimmed, between
    /// two calls of the core, and never falls.
    /// </summary>
    LogIndex FirstIndex { get; }

    /// <summary>The newest entry appended, durable or not; zero for an empty log.</summary>
    LogIndex LastIndex { get; }

    /// <summary>The term of the entry at <see cref="LastIndex"/>; zero for an empty log.</summary>
    Term LastTerm { get; }

    /// <summary>The offset that the next record takes: <see cref="LogEntry.NextOffset"/> of the last entry.</summary>
    long NextOffset { get; }

    /// <summary>
    /// The term at an index in <c>FirstIndex - 1 .. LastIndex</c>; zero at index 0; null where it is not known.
    /// Kept in memory for the whole log, as the indexes at which the term changes.
    /// </summary>
    Term? TermAt(LogIndex index);

    /// <summary>
    /// The newest configuration at or before <paramref name="upTo"/>: of an entry, or of the snapshot that the log begins
    /// after; null while the founding one is in force there. <paramref name="upTo"/> is in
    /// <c>FirstIndex - 1 .. LastIndex</c>. Kept in memory for the whole log.
    /// </summary>
    LoggedConfiguration? LatestConfiguration(LogIndex upTo);

    /// <summary>
    /// Appends entries that follow <see cref="LastIndex"/> without a gap to the in-memory view. Making them durable is
    /// the driver's work, by <see cref="RaftOutput.Entries"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Index or base offset do not continue the log.</exception>
    void Append(ReadOnlySpan<LogEntry> entries);

    /// <summary>Drops the entries at <paramref name="first"/> and after it from the in-memory view.</summary>
    void TruncateSuffix(LogIndex first);

    /// <summary>
    /// Adds entries from <paramref name="first"/> on to <paramref name="into"/>, up to <paramref name="last"/> and to
    /// <paramref name="bytesMax"/> (always at least one entry). Returns false, adding nothing, when the entry at
    /// <paramref name="first"/> is not in memory: the driver must load it from disk.
    /// </summary>
    bool TryRead(LogIndex first, LogIndex last, int bytesMax, List<LogEntry> into);

    /// <summary>
    /// Empties the in-memory view: the log begins anew after <paramref name="snapshot"/>, with
    /// <c>FirstIndex == Index + 1</c>, <c>LastIndex == Index</c>, and LastTerm and NextOffset as the snapshot says. The
    /// term at its index stays known. Making it durable is the driver's work, by <see cref="RaftOutput.Snapshot"/>.
    /// </summary>
    void Reset(RaftSnapshot snapshot);
}
