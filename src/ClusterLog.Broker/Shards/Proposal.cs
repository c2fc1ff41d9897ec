using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>Someone who waits for an entry that this replica proposed as leader.</summary>
internal abstract class Proposal : Waiting
{
    /// <summary>Where the entry stands, once proposed.</summary>
    public LogIndex Index { get; private set; }

    /// <summary>The term that it was proposed in; the entry at <see cref="Index"/> is ours only if it still has it.</summary>
    public Term Term { get; private set; }

    /// <summary>True when the leader's own disk is enough and the majority need not be waited for.</summary>
    public virtual bool CompletesWhenDurableHere => false;

    /// <summary>What to answer when leadership was lost before the entry was known to be committed (raft-notes rule 12).</summary>
    public virtual ErrorCode CodeWhenOutcomeUnknown => ErrorCode.RequestTimedOut;

    public void Place(LogEntry entry)
    {
        Index = entry.Index;
        Term = entry.Term;
    }
}
