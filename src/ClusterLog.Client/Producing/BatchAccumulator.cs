using ClusterLog.Protocol.Batches;
using WireHeader = ClusterLog.Protocol.Batches.RecordHeader;

namespace ClusterLog.Client.Producing;

/// <summary>
/// Collects one partition's records into batches: one that is open, and those that wait to be sent. Step 2 of a
/// record's way. Any thread appends; the partition's sender takes.
/// </summary>
internal sealed class BatchAccumulator
{
    // Bytes are taken from the budget in pieces, so that most records do not touch it.
    private const int ReserveBytesMin = 64;
    private const int ReserveBytesMax = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<ProducerBatch> _ready = [];
    private readonly HashSet<ProducerBatch> _unsettled = [];
    private readonly BufferBudget _budget;
    private readonly TimeProvider _time;
    private readonly Action _wakeSender;
    private readonly Action _onBatchClosed;
    private readonly int _batchBytesMax;
    private readonly int _reserveBytes;
    private readonly long _lingerTicks;
    private ProducerBatch? _open;
    private bool _ended;

    public BatchAccumulator(
        ProducerOptions options, BufferBudget budget, TimeProvider time, Action wakeSender, Action onBatchClosed)
    {
        _budget = budget;
        _time = time;
        _wakeSender = wakeSender;
        _onBatchClosed = onBatchClosed;
        _batchBytesMax = options.BatchBytesMax;
        _reserveBytes = Math.Clamp(options.BatchBytesMax / 16, ReserveBytesMin, ReserveBytesMax);
        _lingerTicks = (long)(options.Linger.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Puts a record of at most <paramref name="bytesMax"/> encoded bytes into the open batch.</summary>
    public AppendResult TryAppend(
        in ProducerRecord record, ReadOnlySpan<WireHeader> headers, long bytesMax, object? handler)
    {
        AppendResult result;
        bool mustWake;
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            result = AppendLocked(record, headers, bytesMax, handler, now, out mustWake);
        }

        if (result == AppendResult.BatchClosed)
        {
            _onBatchClosed();
        }

        if (mustWake)
        {
            _wakeSender();
        }

        return result;
    }

    /// <summary>Lets the open batch leave without lingering.</summary>
    public void CloseOpenBatch()
    {
        lock (_gate)
        {
            if (_open is null)
            {
                return;
            }

            CloseLocked();
        }

        _onBatchClosed();
        _wakeSender();
    }

    /// <summary>Whether a batch is to be sent now; if not, when one will be, or long.MaxValue.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isIdle">Whether nothing of the partition is in flight.</param>
    /// <param name="dueAt">When the open batch has lingered enough.</param>
    public bool IsDue(long now, bool isIdle, out long dueAt)
    {
        lock (_gate)
        {
            dueAt = long.MaxValue;
            if (_ready.Count > 0)
            {
                return true;
            }

            if (_open is null)
            {
                return false;
            }

            if (_lingerTicks == 0)
            {
                // While something is in flight the batch collects; its answer wakes the sender.
                return isIdle;
            }

            dueAt = _open.OpenedAt + _lingerTicks;
            return now >= dueAt;
        }
    }

    /// <summary>The next batch to send; <see cref="IsDue"/> has said that there is one.</summary>
    public ProducerBatch Take()
    {
        var closed = false;
        ProducerBatch batch;
        lock (_gate)
        {
            if (_ready.Count == 0)
            {
                CloseLocked();
                closed = true;
            }

            batch = _ready.Dequeue();
        }

        if (closed)
        {
            _onBatchClosed();
        }

        return batch;
    }

    /// <summary>The next batch that was opened at this time or before and waits still; null if there is none.</summary>
    public ProducerBatch? TakeOpenedBefore(long time)
    {
        lock (_gate)
        {
            if (_ready.Count == 0 && _open is not null && _open.OpenedAt <= time)
            {
                CloseLocked();
            }

            return _ready.TryPeek(out var batch) && batch.OpenedAt <= time ? _ready.Dequeue() : null;
        }
    }

    /// <summary>A batch has been reported and its memory is free: its bytes go back to the budget.</summary>
    public void Release(ProducerBatch batch)
    {
        lock (_gate)
        {
            _unsettled.Remove(batch);
        }

        batch.Release();
        _budget.Release(batch.ReservedBytes);
    }

    /// <summary>Adds the tasks of all batches whose outcome is open.</summary>
    public void CollectUnsettled(List<Task> tasks)
    {
        lock (_gate)
        {
            tasks.AddRange(_unsettled.Select(batch => batch.Settled));
        }
    }

    /// <summary>Takes no more records from now on.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    private AppendResult AppendLocked(
        in ProducerRecord record,
        ReadOnlySpan<WireHeader> headers,
        long bytesMax,
        object? handler,
        long now,
        out bool mustWake)
    {
        mustWake = false;
        if (_ended)
        {
            return AppendResult.Ended;
        }

        if (_open is not null && _open.SizeBytes + bytesMax > _batchBytesMax)
        {
            CloseLocked();
            mustWake = true;
            return AppendResult.BatchClosed;
        }

        var needed = (_open?.SizeBytes ?? RecordBatchHeader.Size) + bytesMax;
        var missing = needed - (_open?.ReservedBytes ?? 0);
        if (missing > 0)
        {
            missing = Math.Max(missing, _reserveBytes);
            if (!_budget.TryReserve(missing))
            {
                return AppendResult.BufferFull;
            }

            mustWake = _open is null;
            if (_open is null)
            {
                _open = new ProducerBatch((int)Math.Min(_batchBytesMax, Math.Max(needed, _reserveBytes)), _time, now);
                _unsettled.Add(_open);
            }

            _open.ReservedBytes += missing;
        }

        _open!.Append(record, headers, handler, now);
        return AppendResult.Appended;
    }

    private void CloseLocked()
    {
        _ready.Enqueue(_open!);
        _open = null;
    }
}
