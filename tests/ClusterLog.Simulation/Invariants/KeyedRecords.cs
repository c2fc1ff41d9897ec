using System.Text;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Invariants;

/// <summary>The committed records of a compacted group by their keys: what may go out of its entries, and what must not.</summary>
internal sealed class KeyedRecords
{
    private readonly Dictionary<string, (long Offset, bool IsTombstone)> _latest = [];

    /// <summary>The group has agreed that tombstones before this offset may go.</summary>
    public long Horizon { get; private set; }

    /// <summary>The latest committed record of each key.</summary>
    public IReadOnlyDictionary<string, (long Offset, bool IsTombstone)> Latest => _latest;

    public static string KeyOf(in BatchRecord record) => Encoding.Latin1.GetString(record.Key!.Value.Span);

    /// <summary>An entry is committed, as it was produced.</summary>
    public void Commit(LogEntry entry)
    {
        if (entry.Kind == EntryKind.Command)
        {
            if (PartitionCommandCodec.Decode(entry.Payload, out _) is CleanedCommand cleaned)
            {
                Horizon = Math.Max(Horizon, cleaned.Offset);
            }

            return;
        }

        var opened = RecordBatchReader.TryOpen(entry.Payload, out var reader);
        while (entry.Kind == EntryKind.Data && opened.IsValid && reader.TryRead(out var record))
        {
            _latest[KeyOf(record)] = (record.Offset, record.Value is null);
        }
    }

    /// <summary>What is wrong with an entry's batch, held against the one that was produced; null where nothing is.</summary>
    public string? Refuse(LogEntry produced, LogEntry found)
    {
        if (!RecordBatchReader.TryOpen(produced.Payload, out var expected).IsValid
            || !RecordBatchReader.TryOpen(found.Payload, out var reader).IsValid)
        {
            return "one of the two cannot be read";
        }

        var isThere = reader.TryRead(out var record);
        while (expected.TryRead(out var original))
        {
            if (isThere && record.Offset == original.Offset)
            {
                if (!IsSame(record, original))
                {
                    return $"the record at {record.Offset} is another";
                }

                isThere = reader.TryRead(out record);
            }
            else if (!MayBeGone(original))
            {
                return $"the record at {original.Offset} of key {KeyOf(original)} is gone, the latest of which is at "
                    + $"{_latest.GetValueOrDefault(KeyOf(original)).Offset}, and the horizon is {Horizon}";
            }
        }

        return isThere ? $"a record at {record.Offset} that was never produced" : null;
    }

    private static bool IsSame(in BatchRecord left, in BatchRecord right) =>
        left.Timestamp == right.Timestamp
        && left.Key!.Value.Span.SequenceEqual(right.Key!.Value.Span)
        && left.Value.HasValue == right.Value.HasValue
        && left.Value.GetValueOrDefault().Span.SequenceEqual(right.Value.GetValueOrDefault().Span)
        && left.Headers.Length == right.Headers.Length;

    private bool MayBeGone(in BatchRecord record) =>
        (_latest.TryGetValue(KeyOf(record), out var latest) && latest.Offset > record.Offset)
        || (record.Value is null && record.Offset < Horizon);
}
