using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Invariants;

/// <content>What clients were told.</content>
internal sealed partial class InvariantChecker
{
    /// <summary>A producer hears that its batch is written, by a majority.</summary>
    public void Acknowledged(GroupId group, long baseOffset, in RecordBatchHeader sent)
    {
        var record = GroupOf(group);
        var entry = record.FindOffset(baseOffset);
        if (entry is null || entry.BaseOffset != baseOffset || entry.Kind != EntryKind.Data
            || !RecordBatchHeader.TryRead(entry.Payload.Span, out var written) || written.Crc != sent.Crc)
        {
            throw Violation(
                Invariant.AcknowledgedIsCommitted,
                $"group {group} acknowledged a batch of producer {sent.ProducerId}, sequence {sent.BaseSequence}, at offset "
                + $"{baseOffset}; committed there is {(entry is null ? "nothing" : Show(entry))}");
        }

        record.AcknowledgedEnd = Math.Max(record.AcknowledgedEnd, baseOffset + sent.RecordCount);
    }

    /// <summary>A consumer is given an entry by a broker.</summary>
    public void Served(GroupId group, LogEntry entry)
    {
        var record = GroupOf(group);
        var index = entry.Index.Value;
        if (index > record.Committed || record.CommittedAt(index).Entry.Term != entry.Term
            || !IsSame(record, record.CommittedAt(index).Entry, entry))
        {
            throw Violation(
                Invariant.ServedIsCommitted,
                $"group {group} served {Show(entry)}; committed there is "
                + (index > record.Committed ? "nothing" : Show(record.CommittedAt(index).Entry))
                + (index <= record.Committed ? $" ({record.Keyed?.Refuse(record.CommittedAt(index).Entry, entry)})" : ""));
        }
    }

    /// <summary>A linearizable read begins: what it shows may not be older than the offset returned.</summary>
    public long ReadBegins(GroupId group) => GroupOf(group).AcknowledgedEnd;

    /// <summary>A linearizable read of the offset after the last record has ended.</summary>
    public void ReadEnds(GroupId group, long begunAt, long offset)
    {
        var record = GroupOf(group);
        if (offset < begunAt)
        {
            throw Violation(
                Invariant.ReadIsFresh,
                $"group {group}: a linearizable read found the end at {offset}, and {begunAt} was acknowledged before it began");
        }

        if (offset > record.CommittedEnd)
        {
            throw Violation(
                Invariant.ServedIsCommitted,
                $"group {group}: a read found the end at {offset}, and committed is {record.CommittedEnd}");
        }
    }
}
