using ClusterLog.Protocol;

namespace ClusterLog.Client.Producing;

internal sealed partial class PartitionSender
{
    // Bytes that were damaged on their way arrive whole with another attempt; bytes that were damaged here never do.
    private const int CorruptAttemptsMax = 3;

    /// <summary>Gives up what is older than the delivery timeout.</summary>
    public void ExpireOverdue(long now)
    {
        var openedBefore = now - (long)(_options.DeliveryTimeout.TotalSeconds * _access.Time.TimestampFrequency);
        foreach (var batch in _inFlight.ToArray())
        {
            if (batch.OpenedAt <= openedBefore && !batch.IsReported)
            {
                GiveUp(batch, Expired(batch));
            }
        }

        while (Accumulator.TakeOpenedBefore(openedBefore) is { } batch)
        {
            Report(batch, -1, Expired(batch));
            Accumulator.Release(batch);
        }
    }

    /// <summary>Fails everything that has not been delivered, and takes no more.</summary>
    public void Abort(Func<bool, ClusterLogException> error)
    {
        Accumulator.End();
        FailAll(error);
    }

    private void FailAll(Func<bool, ClusterLogException> error)
    {
        foreach (var batch in _inFlight.ToArray())
        {
            GiveUp(batch, error(true));
        }

        while (Accumulator.TakeOpenedBefore(long.MaxValue) is { } batch)
        {
            Report(batch, -1, error(false));
            Accumulator.Release(batch);
        }
    }

    private void Settle(ProduceExchange exchange, long now)
    {
        var batch = exchange.Batch;
        batch.IsSent = false;
        _outstanding--;
        if (exchange.Error is not { } error)
        {
            _failures = 0;
            _staleLeader = null;
            Report(batch, exchange.BaseOffset, null);
            Remove(batch);
        }
        else if (batch.IsReported)
        {
            // Its time was up while it was under way, and whether it is stored nobody knows.
            _isSequenceBroken = _options.Idempotent;
            Remove(batch);
        }
        else if (IsWorthAnotherAttempt(batch, error))
        {
            batch.LastError = error;
            if (error.Leader is { } leader)
            {
                // Where it is news, all go there as soon as the last of them has come back, without a pause.
                _access.Metadata.Learn(_partition, leader);
            }

            if (!_isRecovering)
            {
                _isRecovering = true;
                PauseAfter(error, now);
            }
        }
        else
        {
            GiveUp(batch, error);
        }
    }

    private bool IsWorthAnotherAttempt(ProducerBatch batch, ClusterLogException error) => error.Code switch
    {
        // A batch before it is still to be stored, so the leader was right, and will take it when that one is.
        ErrorCode.OutOfOrderSequence or ErrorCode.UnknownProducer => _inFlight[0] != batch,
        ErrorCode.CorruptBatch => batch.Attempts < CorruptAttemptsMax,

        // A broker may not have heard of a new topic yet.
        ErrorCode.UnknownTopic or ErrorCode.UnknownPartition => _failures < UnknownTopicFailuresMax,
        _ => error.IsTransient,
    };

    private void GiveUp(ProducerBatch batch, ClusterLogException error)
    {
        Report(batch, -1, error);
        _isSequenceBroken = _options.Idempotent;
        if (!batch.IsSent)
        {
            Remove(batch);
        }
    }

    private void Remove(ProducerBatch batch)
    {
        _inFlight.Remove(batch);
        Accumulator.Release(batch);
    }

    private void Report(ProducerBatch batch, long baseOffset, ClusterLogException? error)
    {
        if (batch.IsReported)
        {
            return;
        }

        _counters.CountRecords(batch.Count, isDelivered: error is null);
        batch.Report(_partition, baseOffset, error, fault => ProducingLog.HandlerFailed(_access.Logger, fault, _partition));
    }

    private ClusterLogException Expired(ProducerBatch batch)
    {
        var wasSent = batch.Attempts > 0;
        var last = batch.LastError ?? _lastError;
        var message = $"{batch.Count} records for {_partition} were not delivered within {_options.DeliveryTimeout}: "
            + (wasSent ? "they were sent, and may be stored or not." : "they were not sent, so none is stored.")
            + (last is null ? string.Empty : $" Last error: {last.Message}");
        return new ClusterLogException(ErrorCode.RequestTimedOut, message, last) { IsOutcomeUnknown = wasSent };
    }
}
