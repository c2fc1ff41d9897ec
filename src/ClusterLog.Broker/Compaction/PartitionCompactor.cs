using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Storage.Compaction;

namespace ClusterLog.Broker.Compaction;

/// <summary>
/// One run over one partition. First it goes through the records that no run has seen, all committed, and notes the latest
/// offset of each key, up to where its memory is full or the segments end. Then it takes out of the closed segments
/// before that each record whose key has a later one among those noted, and each mark of a deleted key (tombstone) that lies
/// below the horizon.
/// <para>
/// What is superseded is decided only from records that were read here, with their checksums verified: from no index, and
/// not from what another replica has done. So the latest record of a key always stays, and replicas need not agree on the
/// rest. The horizon is what they do agree on: below it, no replica holds what a mark deletes.
/// </para>
/// </summary>
internal sealed class PartitionCompactor(OffsetMap map)
{
    private TombstoneMap _remaining = new(0);
    private long _horizon;
    private long _understoodTo;
    private long _countedTo;
    private long _superseded;
    private long _tombstones;

    /// <summary>Compacts what lies before an offset that it finds.</summary>
    /// <param name="log">The partition's log.</param>
    /// <param name="from">Where an earlier run on this log says to go on; 0 before that.</param>
    /// <param name="horizon">Tombstones below it may go; 0 for none.</param>
    /// <param name="cancellationToken">Ends it; what is compacted by then stays so.</param>
    /// <exception cref="Storage.CorruptLogException">What is stored is damaged.</exception>
    /// <exception cref="IOException">The disk is full, or failed.</exception>
    public async Task<CompactionOutcome> RunAsync(
        LogCompaction log, long from, long horizon, CancellationToken cancellationToken)
    {
        map.Clear();
        var until = log.SealedOffset;
        await log.ReadAsync(from, entry => Note(entry, ref until), cancellationToken);
        Begin(until, Math.Min(horizon, until));
        return await log.RewriteAsync(until, Compact, concerns: null, cancellationToken)
            ? new(until, Math.Min(until, _understoodTo), _superseded, _tombstones, _remaining)
            : new(from, 0, _superseded, _tombstones, _remaining);
    }

    /// <summary>
    /// Takes the tombstones out that the horizon has passed since an earlier run, and reads no more than where that has left
    /// some.
    /// </summary>
    /// <param name="earlier">What that run has come to.</param>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<CompactionOutcome> DropTombstonesAsync(
        LogCompaction log, CompactionOutcome earlier, long horizon, CancellationToken cancellationToken)
    {
        map.Clear();
        var below = Math.Min(horizon, earlier.To);
        var known = earlier.Remaining;
        Begin(earlier.To, below);
        var isDone = await log.RewriteAsync(
            earlier.To, Compact, (first, end) => known.MayHave(first, end, below), cancellationToken);
        return earlier with
        {
            Superseded = 0,
            Tombstones = _tombstones,
            Remaining = known.After(_remaining, isDone ? below : 0),
        };
    }

    private void Begin(long until, long horizon)
    {
        (_remaining, _horizon, _understoodTo) = (new TombstoneMap(until), horizon, long.MaxValue);
        (_countedTo, _superseded, _tombstones) = (-1, 0, 0);
    }

    // False when the map is full: what comes later is for the next run, and until has moved back to there.
    private bool Note(LogEntry entry, ref long until)
    {
        if (entry.Kind != EntryKind.Data || !RecordBatchReader.TryOpen(entry.Payload, out var reader).IsValid)
        {
            return true;
        }

        while (reader.TryRead(out var record))
        {
            if (record.Key is { } key && !map.TryAdd(KeyDigest.Of(key.Span), record.Offset))
            {
                until = Math.Min(until, record.Offset);
                return false;
            }
        }

        return true;
    }

    private byte[]? Compact(LogEntry entry)
    {
        if (entry.Kind != EntryKind.Data)
        {
            return null;
        }

        var compacted = CompactedBatch.TryCompact(entry.Payload, Keeps, out var canCompact);
        if (!canCompact)
        {
            // Its records stay, superseded or not: from there on nobody may rely on it that they are gone.
            _understoodTo = Math.Min(_understoodTo, entry.BaseOffset);
        }

        return compacted;
    }

    private bool Keeps(BatchRecord record)
    {
        if (record.Key is not { } key)
        {
            return true;
        }

        if (map.Latest(KeyDigest.Of(key.Span)) > record.Offset)
        {
            return Drop(record.Offset, ref _superseded);
        }

        if (record.Value is not null)
        {
            return true;
        }

        if (record.Offset < _horizon)
        {
            return Drop(record.Offset, ref _tombstones);
        }

        _remaining.Add(record.Offset);
        return true;
    }

    // A segment that is to change is gone through again from its beginning.
    private bool Drop(long offset, ref long count)
    {
        if (offset > _countedTo)
        {
            _countedTo = offset;
            count++;
        }

        return false;
    }
}
