using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

internal sealed partial class PartitionLog
{
    // One segment write takes at most this much: the lane's threads share the disk with it.
    private const long SegmentWriteBytesMax = 8L << 20;

    private LogIndex _commit;

    // Entries up to here were handed to the segment writer. Invariant: segmented <= handed over <= commit.
    private LogIndex _handedOver;

    // A snapshot that may not be durable yet was installed here: until it is, nothing behind it may go to segments,
    // which a crash would then leave behind a gap.
    private LogIndex _resetTo;
    private long _waitingBytes;
    private long? _waitingSince;

    /// <summary>
    /// Entries up to <paramref name="commit"/> may go to segments; they will never be truncated. Starts a segment write
    /// when enough of them wait.
    /// </summary>
    public void CommitTo(LogIndex commit)
    {
        var limit = LogIndex.Min(commit, LastIndex);
        long committed = 0;
        for (var index = _commit.Next; index <= limit; index = index.Next)
        {
            committed += _tail.At(index).SizeBytes;
        }

        _waitingBytes += committed;
        _engine.Counters.AddSegmentQueueBytes(committed);
        _commit = LogIndex.Max(_commit, limit);
        if (_waitingBytes >= _engine.Options.SegmentFlushBytes)
        {
            HandOver();
        }

        QueueCheckpoint();
    }

    /// <summary>Committed entries wait for a segment write: <see cref="Maintain"/> is to be called.</summary>
    public bool NeedsMaintenance => _waitingBytes > 0;

    /// <summary>
    /// To be called about once a second while <see cref="NeedsMaintenance"/>: writes what has waited long enough, or what
    /// the WAL wants back.
    /// </summary>
    /// <param name="nowMilliseconds">Milliseconds of a monotonic clock.</param>
    public void Maintain(long nowMilliseconds)
    {
        if (_waitingBytes == 0)
        {
            _waitingSince = null;
            _progress.FlushWanted = false;
        }
        else
        {
            _waitingSince ??= nowMilliseconds;
            var waited = nowMilliseconds - _waitingSince.Value;
            if (_progress.FlushWanted || waited >= _engine.Options.SegmentFlushInterval.TotalMilliseconds)
            {
                HandOver();
            }
        }

        QueueCheckpoint();
    }

    private void HandOver()
    {
        if (_progress.WriteQueued || _progress.Removed || _progress.IsQuarantined || _progress.StartIndex < _resetTo)
        {
            return;
        }

        var entries = new List<LogEntry>();
        var held = new PayloadHold();
        long bytes = 0;
        for (var index = _handedOver.Next; index <= _commit && bytes < SegmentWriteBytesMax; index = index.Next)
        {
            var entry = _tail.At(index);
            entries.Add(entry);
            held.Add(entry);
            bytes += entry.SizeBytes;
        }

        if (entries.Count == 0)
        {
            return;
        }

        _handedOver = entries[^1].Index;
        _waitingBytes -= bytes;
        _waitingSince = null;
        _progress.WriteQueued = true;
        _engine.SegmentWriter.Enqueue(new SegmentWrite(_progress, entries, bytes, held));
    }

    /// <summary>Lets go of all memory of a log that is removed or closed.</summary>
    internal void Drop()
    {
        _engine.Counters.TakeFromTail(_tailBytes);
        _engine.Counters.AddSegmentQueueBytes(-_waitingBytes);
        _tailBytes = 0;
        _waitingBytes = 0;
        _unsaved = null;
    }
}
