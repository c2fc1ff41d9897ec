namespace ClusterLog.Raft;

/// <summary>
/// One entry of a group's log. Immutable and shared by reference between the in-memory tail, the WAL write,
/// replication and consumers; nobody changes the payload after the entry was made.
/// </summary>
/// <param name="Index">The entry's position; dense within a log.</param>
/// <param name="Term">The term of the leader that made it.</param>
/// <param name="Kind">What the payload is.</param>
/// <param name="BaseOffset">
/// The data offset of the entry's first record, or, where it has none, the offset that the next record will take.
/// Invariant: <c>next.BaseOffset == BaseOffset + OffsetCount</c>; an append that breaks it is refused.
/// </param>
/// <param name="OffsetCount">How many offsets the entry takes: its records; 0 unless <see cref="EntryKind.Data"/>.</param>
/// <param name="MaxTimestamp">The latest timestamp of its records, in Unix milliseconds; 0 where it has none.</param>
/// <param name="Payload">The bytes, opaque to Raft and storage.</param>
internal sealed record LogEntry(
    LogIndex Index,
    Term Term,
    EntryKind Kind,
    long BaseOffset,
    int OffsetCount,
    long MaxTimestamp,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>What an entry weighs beyond its payload in windows and budgets, in bytes.</summary>
    public const int OverheadBytes = 64;

    /// <summary>The offset that the first record after this entry takes.</summary>
    public long NextOffset => BaseOffset + OffsetCount;

    /// <summary>What the entry weighs in windows and budgets, in bytes.</summary>
    public int SizeBytes => OverheadBytes + Payload.Length;
}
