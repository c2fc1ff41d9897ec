using ClusterLog.Protocol;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Someone who waits for a replica. Hears exactly one of <see cref="Complete"/> and <see cref="Fail"/>, on the shard's
/// thread.
/// </summary>
internal abstract class Waiting
{
    /// <summary>When to give up waiting, on the shard's clock in milliseconds.</summary>
    public long DeadlineMilliseconds { get; init; }

    /// <summary>True once answered; whoever is in a queue is then only passed over.</summary>
    public bool IsAnswered { get; private set; }

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
