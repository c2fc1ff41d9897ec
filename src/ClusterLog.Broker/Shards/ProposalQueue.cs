using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// A leader's proposals that are not yet committed, in log order. Bounded by the core's window of uncommitted bytes.
/// Owned by the group's shard.
/// </summary>
internal sealed class ProposalQueue
{
    private readonly Queue<Proposal> _committing = new();
    private readonly Queue<Proposal> _syncing = new();

    /// <summary>True when nobody waits.</summary>
    public bool IsEmpty => _committing.Count == 0 && _syncing.Count == 0;

    public void Add(Proposal proposal)
    {
        _committing.Enqueue(proposal);
        if (proposal.CompletesWhenDurableHere)
        {
            _syncing.Enqueue(proposal);
        }
    }

    /// <summary>The leader's own disk holds the log up to an index: answers those for whom that is enough.</summary>
    public void OnDurable(LogIndex index)
    {
        while (_syncing.TryPeek(out var proposal) && proposal.Index <= index)
        {
            _syncing.Dequeue().Complete();
        }
    }

    /// <summary>An entry was applied: answers whoever proposed it, and those whose place another leader's entry took.</summary>
    public void OnApplied(LogEntry entry)
    {
        while (_committing.TryPeek(out var proposal) && proposal.Index <= entry.Index)
        {
            _committing.Dequeue();
            if (proposal.Index == entry.Index && proposal.Term == entry.Term)
            {
                proposal.Complete();
            }
            else
            {
                proposal.Fail(
                    ErrorCode.NotLeader,
                    $"Entry {proposal.Index} of term {proposal.Term} was replaced by a new leader's; nothing was appended.");
            }
        }
    }

    /// <summary>
    /// A snapshot has taken the place of all entries up to an index: which of them were those proposed here cannot be
    /// told any more.
    /// </summary>
    public void OnSnapshotInstalled(LogIndex index)
    {
        while (_committing.TryPeek(out var proposal) && proposal.Index <= index)
        {
            _committing.Dequeue();
            FailWithUnknownOutcome(proposal, "A snapshot replaced the log");
        }

        while (_syncing.TryPeek(out var proposal) && proposal.Index <= index)
        {
            _syncing.Dequeue();
        }
    }

    /// <summary>Leadership is lost: whether the waiting entries will be committed is for the next leader to say.</summary>
    public void OnLeadershipLost(Term term) => FailWithUnknownOutcome($"Leadership moved (now term {term})");

    /// <summary>Whether the waiting entries will be committed is not known here any more.</summary>
    /// <param name="why">What has happened, as the beginning of a sentence.</param>
    public void FailWithUnknownOutcome(string why)
    {
        foreach (var proposal in _committing)
        {
            FailWithUnknownOutcome(proposal, why);
        }

        Clear();
    }

    public void FailAll(ErrorCode code, string message)
    {
        foreach (var proposal in _committing)
        {
            proposal.Fail(code, message);
        }

        Clear();
    }

    /// <summary>Answers those whose deadline has passed. They stay in the queue, so that their places keep their order.</summary>
    public void ExpireOlderThan(long nowMilliseconds)
    {
        foreach (var proposal in _committing)
        {
            if (!proposal.IsAnswered && proposal.DeadlineMilliseconds <= nowMilliseconds)
            {
                proposal.Fail(
                    ErrorCode.RequestTimedOut,
                    $"Entry {proposal.Index} was not committed in time; it may still be.");
            }
        }
    }

    private static void FailWithUnknownOutcome(Proposal proposal, string why) =>
        proposal.Fail(
            proposal.CodeWhenOutcomeUnknown,
            $"{why} before entry {proposal.Index} was known to be committed.");

    /// <summary>Lets go of the room that a burst has left, once it is over.</summary>
    public void TrimExcess()
    {
        _committing.TrimExcess();
        _syncing.TrimExcess();
    }

    private void Clear()
    {
        _committing.Clear();
        _syncing.Clear();
    }
}
