using ClusterLog.Checking.Histories;
using ClusterLog.Protocol;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <content>What the brokers answer.</content>
internal sealed partial class ProducerClient
{
    public void OnSucceeded(ProduceAttempt attempt, long baseOffset, bool isDuplicate)
    {
        if (Plan.Acks == Acks.All && baseOffset >= 0)
        {
            // Also where the batch was given up already: the promise was made.
            _workload.Checker.Acknowledged(attempt.Group!.Value, baseOffset, attempt.Batch.Header);
        }

        if (!IsCurrent(attempt) || ChangesGroup(attempt))
        {
            return;
        }

        var batch = attempt.Batch;
        _inFlight.Remove(batch);
        AcknowledgedAt = _world.Now;
        var isKnown = Plan.Acks == Acks.All && baseOffset >= 0;
        End(batch, isKnown ? Outcome.Ok : Outcome.Unknown, isKnown ? attempt.Group : null, baseOffset);
    }

    public void OnFailed(ProduceAttempt attempt, ErrorCode code, string message)
    {
        // A batch that was given up is of an epoch that is over.
        var isRefusedWrongly = code is ErrorCode.CorruptBatch or ErrorCode.InvalidBatch or ErrorCode.Internal
            || (code is ErrorCode.ProducerFenced && !attempt.Batch.IsEnded);
        if (isRefusedWrongly)
        {
            throw new ViolationException(
                nameof(Invariant.NoInternalError),
                $"producer {Plan.Number} was told {code}, though its batch is sound: {message}");
        }

        if (attempt.LeaderHint > 0)
        {
            _leader = attempt.LeaderHint;
        }
        else if (code is ErrorCode.NotLeader or ErrorCode.UnknownTopic or ErrorCode.StorageFailed)
        {
            _leader = _random.Next(1, _world.Brokers.Count + 1);
        }

        if (IsCurrent(attempt) && !ChangesGroup(attempt))
        {
            FailOrRetry(attempt, code);
        }
    }

    public void OnLost(ProduceAttempt attempt)
    {
        _leader = _random.Next(1, _world.Brokers.Count + 1);
        if (IsCurrent(attempt) && !ChangesGroup(attempt))
        {
            FailOrRetry(attempt, ErrorCode.RequestTimedOut);
        }
    }

    private void FailOrRetry(ProduceAttempt attempt, ErrorCode code)
    {
        var batch = attempt.Batch;
        if (code == ErrorCode.RecordTooLarge)
        {
            // The sequence was taken for nothing, as far as the brokers know: what follows begins anew.
            _inFlight.Remove(batch);
            End(batch, Outcome.Failed, null, -1);
            if (Plan.IsIdempotent)
            {
                GiveUpAll();
            }
        }
        else if (!Plan.IsIdempotent)
        {
            _inFlight.Remove(batch);
            End(batch, IsSurelyNotWritten(code) ? Outcome.Failed : Outcome.Unknown, null, -1);
        }
        else
        {
            batch.RetryAt = _world.Now + _random.Between(50, 600) * WorldSettings.Millisecond;
        }
    }

    /// <summary>What a producer that sends each batch once may conclude from an answer.</summary>
    private static bool IsSurelyNotWritten(ErrorCode code) => code
        is ErrorCode.NotLeader
        or ErrorCode.LeaderNotAvailable
        or ErrorCode.TooManyRequests
        or ErrorCode.StorageFull
        or ErrorCode.UnknownTopic
        or ErrorCode.UnknownPartition
        or ErrorCode.MetadataNotAvailable;

    private static bool IsCurrent(ProduceAttempt attempt)
    {
        if (attempt.Batch.IsEnded || attempt.Batch.Attempt != attempt)
        {
            return false;
        }

        attempt.Batch.Attempt = null;
        return true;
    }

    /// <summary>The topic was deleted and made anew: a new partition knows nothing of this producer.</summary>
    private bool ChangesGroup(ProduceAttempt attempt)
    {
        if (attempt.Group is not { } group || group == _group)
        {
            return false;
        }

        if (_group is { } known && group.CompareTo(known) < 0)
        {
            // A broker that is behind. The batch may stand in the old partition, which nobody reads any more.
            attempt.Batch.RetryAt = _world.Now + WorldSettings.Second;
            return Plan.IsIdempotent;
        }

        var isFirst = _group is null;
        _group = group;
        if (isFirst || !Plan.IsIdempotent)
        {
            return false;
        }

        GiveUpAll();
        return true;
    }
}
