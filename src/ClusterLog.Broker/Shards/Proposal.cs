using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Someone who waits for an entry that this replica proposed as leader. Hears exactly one of <see cref="Complete"/>
/// and <see cref="Fail"/>, on the shard's thread.
/// </summary>
internal abstract class Proposal
{
    /// <summary>Where the entry stands, once proposed.</summary>
    public LogIndex Index { get; private set; }

    /// <summary>The term that it was proposed in; the entry at <see cref="Index"/> is ours only if it still has it.</summary>
    public Term Term { get; private set; }

    /// <summary>When to give up waiting, on the shard's clock in milliseconds.</summary>
    public long DeadlineMilliseconds { get; init; }

    /// <summary>True when the leader's own disk is enough and the majority need not be waited for.</summary>
    public virtual bool CompletesWhenDurableHere => false;

    /// <summary>True once answered; a proposal in a queue is then only passed over.</summary>
    public bool IsAnswered { get; private set; }

    public void Place(LogEntry entry)
    {
        Index = entry.Index;
        Term = entry.Term;
    }

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

    /// <summary>What to answer when leadership was lost before the entry was known to be committed (raft-notes rule 12).</summary>
    public virtual ErrorCode CodeWhenOutcomeUnknown => ErrorCode.RequestTimedOut;
}
