using ClusterLog.Protocol;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Someone who wants to read a state machine as of now: with everything in it that was committed when he asked. Hears
/// exactly one of <see cref="Complete"/> and <see cref="Fail"/>, on the shard's thread; a read that failed may be
/// repeated.
/// </summary>
internal abstract class PendingRead
{
    /// <summary>When to give up waiting, on the shard's clock in milliseconds.</summary>
    public long DeadlineMilliseconds { get; init; }

    /// <summary>True once answered; a read in a queue is then only passed over.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The state machine may be read now.</summary>
    public void Complete()
    {
        if (!IsAnswered)
        {
            IsAnswered = true;
            OnCompleted();
        }
    }

    public void Fail(ErrorCode code, string message)
    {
        if (!IsAnswered)
        {
            IsAnswered = true;
            OnFailed(code, message);
        }
    }

    protected abstract void OnCompleted();

    protected abstract void OnFailed(ErrorCode code, string message);
}
