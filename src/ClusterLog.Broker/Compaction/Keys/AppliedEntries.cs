using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>What a shard says of a group's applied entries behind a position.</summary>
/// <param name="From">The position, or the log's beginning where that is later.</param>
/// <param name="Term">The term there; null where the log does not reach it.</param>
/// <param name="IsAhead">The position lies behind all that this leader has committed: no log of this group led there.</param>
/// <param name="Applied">How far the replica has applied its log.</param>
/// <param name="Entries">Some of the entries behind <paramref name="From"/>, from memory.</param>
/// <param name="Cold">Not null where the next entry is on disk only.</param>
/// <param name="Held">Keeps the payloads of <paramref name="Entries"/> until it is disposed of.</param>
internal sealed record AppliedEntries(
    LogIndex From,
    Term? Term,
    bool IsAhead,
    LogIndex Applied,
    IReadOnlyList<LogEntry> Entries,
    LogReadView? Cold,
    PayloadHold Held)
{
    private const int BytesMax = 4 << 20;

    /// <summary>On the group's shard; null where this broker has no replica of it.</summary>
    public static AppliedEntries? Behind(Shard shard, GroupId group, LogIndex position)
    {
        if (shard.Find(group) is not { } replica)
        {
            return null;
        }

        var (log, applied) = (replica.Log, replica.Applied);
        var from = LogIndex.Max(position, log.FirstIndex.Previous);
        var entries = new List<LogEntry>();
        var isHere = from >= applied || log.TryRead(from.Next, applied, BytesMax, entries);
        var held = new PayloadHold();
        return new AppliedEntries(
            from,
            from > applied ? null : log.TermAt(from),
            IsAhead: from > applied && replica.IsReadyToServe,
            applied,
            held.AddForLong(entries),
            isHere ? null : log.ColdView(),
            held);
    }

    /// <summary>The entries, read from disk where they are not in memory. Off the shard.</summary>
    /// <exception cref="CorruptLogException">What is stored is damaged.</exception>
    public IReadOnlyList<LogEntry> Read() => Cold?.ReadFromIndex(From.Next, Applied, BytesMax) ?? Entries;
}
