using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// The leader's judgement of a producer's batch: new, a retry, or out of order. Looks at the committed batches
/// (<see cref="ProducerTable"/>) and, before them, at those that this leader has appended and that are not committed
/// yet. Correct only on a leader that has applied everything before its own term.
/// </summary>
internal sealed class Deduplication
{
    private readonly Dictionary<long, List<ProduceWork>> _pending = [];
    private readonly ProducerTable _committed;

    public Deduplication(ProducerTable committed)
    {
        _committed = committed;
    }

    public SequenceCheck Check(in RecordBatchHeader batch)
    {
        if (batch.ProducerId < 0)
        {
            return SequenceCheck.Append;
        }

        var known = _committed.Find(batch.ProducerId);
        var pending = _pending.GetValueOrDefault(batch.ProducerId);
        var last = pending is { Count: > 0 } ? pending[^1] : null;
        if (last is null && known is null)
        {
            return batch.BaseSequence == 0
                ? SequenceCheck.Append
                : SequenceCheck.Refuse(
                    ErrorCode.UnknownProducer,
                    $"Producer {batch.ProducerId} is not known here; its first batch must have sequence 0, found {batch.BaseSequence}.");
        }

        var epoch = last?.Header.ProducerEpoch ?? known!.Epoch;
        if (batch.ProducerEpoch != epoch)
        {
            return CheckNewEpoch(batch, epoch);
        }

        if (FindPending(pending, batch) is { } first)
        {
            return SequenceCheck.Duplicate(first.BaseOffset, first);
        }

        if (known is not null && known.Epoch == epoch && known.Find(batch.BaseSequence, batch.RecordCount) is { } appended)
        {
            return SequenceCheck.Duplicate(appended.BaseOffset);
        }

        var next = last is null ? known!.NextSequence : ProducerSequence.Add(last.Header.BaseSequence, last.Header.RecordCount);
        return CheckOrder(batch, next);
    }

    /// <summary>The leader has appended a batch; it counts from now on, until it is committed or leadership is lost.</summary>
    public void OnAppended(ProduceWork work)
    {
        if (work.Header.ProducerId < 0)
        {
            return;
        }

        if (!_pending.TryGetValue(work.Header.ProducerId, out var pending))
        {
            _pending.Add(work.Header.ProducerId, pending = []);
        }

        pending.Add(work);
    }

    /// <summary>A batch is committed, and so known to the <see cref="ProducerTable"/>.</summary>
    public void OnCommitted(in RecordBatchHeader batch)
    {
        if (_pending.TryGetValue(batch.ProducerId, out var pending))
        {
            pending.RemoveAt(0);
            if (pending.Count == 0)
            {
                _pending.Remove(batch.ProducerId);
            }
        }
    }

    public void Clear() => _pending.Clear();

    private static SequenceCheck CheckNewEpoch(in RecordBatchHeader batch, int epoch)
    {
        if (batch.ProducerEpoch < epoch)
        {
            return SequenceCheck.Refuse(
                ErrorCode.ProducerFenced,
                $"Producer {batch.ProducerId} has gone on to epoch {epoch}; a batch of epoch {batch.ProducerEpoch} is refused.");
        }

        return batch.BaseSequence == 0
            ? SequenceCheck.Append
            : SequenceCheck.Refuse(
                ErrorCode.OutOfOrderSequence,
                $"The first batch of epoch {batch.ProducerEpoch} of producer {batch.ProducerId} must have sequence 0, found {batch.BaseSequence}.");
    }

    private static SequenceCheck CheckOrder(in RecordBatchHeader batch, int next)
    {
        if (batch.BaseSequence == next)
        {
            return SequenceCheck.Append;
        }

        if (Sequences.IsBefore(batch.BaseSequence, next))
        {
            return SequenceCheck.Duplicate(-1);
        }

        return SequenceCheck.Refuse(
            ErrorCode.OutOfOrderSequence,
            $"Producer {batch.ProducerId} epoch {batch.ProducerEpoch}: expected sequence {next}, found {batch.BaseSequence}.");
    }

    private static ProduceWork? FindPending(List<ProduceWork>? pending, in RecordBatchHeader batch)
    {
        if (pending is null)
        {
            return null;
        }

        foreach (var work in pending)
        {
            // A producer that has gone on to a new epoch counts from 0 again: the same sequence is another batch then.
            if (work.Header.ProducerEpoch == batch.ProducerEpoch
                && work.Header.BaseSequence == batch.BaseSequence
                && work.Header.RecordCount == batch.RecordCount)
            {
                return work;
            }
        }

        return null;
    }
}
