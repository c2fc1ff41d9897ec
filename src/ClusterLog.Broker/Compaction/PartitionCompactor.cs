using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Storage.Compaction;

namespace ClusterLog.Broker.Compaction;

/// <summary>
/// One run over one partition. First it goes through the records that no run has seen, all committed, and notes the latest
/// offset of each key, up to where its memory is full or the segments end. Then it takes out of the closed segments
/// before that each record whose key has a later one among those noted.
/// <para>
/// What goes is decided only from records that were read here, with their checksums verified: from no index, and not from
/// what another replica has done. So the latest record of a key always stays, and replicas need not agree on the rest.
/// </para>
/// </summary>
internal sealed class PartitionCompactor(OffsetMap map)
{
    /// <summary>
    /// Compacts what lies before the offset that it returns: there, no two records have the same key from then on.
    /// </summary>
    /// <param name="log">The partition's log.</param>
    /// <param name="from">What an earlier run on this log returned; 0 before that.</param>
    /// <param name="cancellationToken">Ends it; what is compacted by then stays so.</param>
    /// <exception cref="Storage.CorruptLogException">What is stored is damaged.</exception>
    /// <exception cref="IOException">The disk is full, or failed.</exception>
    public async Task<long> RunAsync(LogCompaction log, long from, CancellationToken cancellationToken)
    {
        map.Clear();
        var until = log.SealedOffset;
        await log.ReadAsync(from, entry => Note(entry, ref until), cancellationToken);
        return await log.RewriteAsync(until, Compact, cancellationToken) ? until : from;
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

    private byte[]? Compact(LogEntry entry) =>
        entry.Kind == EntryKind.Data ? CompactedBatch.TryCompact(entry.Payload, IsLatest) : null;

    private bool IsLatest(BatchRecord record) =>
        record.Key is not { } key || map.Latest(KeyDigest.Of(key.Span)) <= record.Offset;
}
