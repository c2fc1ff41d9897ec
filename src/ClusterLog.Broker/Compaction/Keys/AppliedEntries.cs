using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>What a shard says of a group's applied entries behind a position.</summary>
/// <param name="Applied">How far the replica has applied its log.</param>
/// <param name="First">The first entry that its log still holds.</param>
/// <param name="Entries">Some of the entries, from memory.</param>
/// <param name="Cold">Not null where the next entry is on disk only.</param>
internal sealed record AppliedEntries(
    LogIndex Applied, LogIndex First, IReadOnlyList<LogEntry> Entries, LogReadView? Cold)
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
        var from = LogIndex.Max(position.Next, log.FirstIndex);
        var entries = new List<LogEntry>();
        var isHere = from > applied || log.TryRead(from, applied, BytesMax, entries);
        return new AppliedEntries(applied, log.FirstIndex, entries, isHere ? null : log.ColdView());
    }

    /// <summary>The entries, read from disk where they are not in memory. Off the shard.</summary>
    /// <exception cref="CorruptLogException">What is stored is damaged.</exception>
    public IReadOnlyList<LogEntry> Read(LogIndex position) =>
        Cold?.ReadFromIndex(LogIndex.Max(position.Next, First), Applied, BytesMax) ?? Entries;
}
