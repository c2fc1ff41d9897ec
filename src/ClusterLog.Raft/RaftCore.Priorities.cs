using ClusterLog.Raft.Elections;
using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>Preferred members ahead of a replica of which each delays its campaign; more delay it no further.</summary>
    private const int RankMax = 2;

    /// <summary>A leader waits at most so many election timeouts before it hands over to a preferred member again.</summary>
    private const int HandOverPatienceMax = 64;

    private readonly Priorities _priorities = new();
    private int _handOverPatience = 1;
    private int _ledTicks;
    private long _handedOverAt;

    /// <summary>
    /// Prefers members as leaders: higher is preferred, all start at 0. A member of lower priority waits longer before it
    /// campaigns when a leader is lost, and no longer than others if nobody wins then; a leader that has led for an election timeout hands over to a caught-up, active voter of higher
    /// priority, ever less eagerly while leadership comes back to it. Kept for members not in the configuration too, in
    /// memory only: the driver says it again after a restart. Every replica of a group should be told the same.
    /// </summary>
    public void SetPriority(ReplicaId replica, int priority)
    {
        if (!_priorities.Set(replica, priority))
        {
            return;
        }

        DrawElectionTimeout(heedsPriorities: true);
        if (Role == RaftRole.Leader)
        {
            Wake();
        }
    }

    /// <summary>How many voters that may be up are preferred to this one; no more than <see cref="RankMax"/>.</summary>
    private int Rank()
    {
        if (_priorities.AreEqual)
        {
            return 0;
        }

        var rank = 0;
        var own = _priorities.Of(_self);
        foreach (var voter in Configuration.Voters)
        {
            if (_priorities.Of(voter) > own && !IsDown(voter))
            {
                rank++;
            }
        }

        return Math.Min(rank, RankMax);
    }

    /// <summary>
    /// Whether a leader may begin, at the next ticks, to hand over to a preferred member: false while the driver has too
    /// many such changes under way. It does so later.
    /// </summary>
    public bool MayHandOver { get; set; } = true;

    private void StartToLead()
    {
        _ledTicks = 0;

        // Whoever came back at once may be unable to keep the seat; who held it for long had it by right.
        if (_ticks - _handedOverAt >= 8L * _handOverPatience * _options.ElectionTicks)
        {
            _handOverPatience = 1;
        }
    }

    private void TickPriorities()
    {
        if (_priorities.AreEqual)
        {
            return;
        }

        _ledTicks++;
        if (_ledTicks < _handOverPatience * _options.ElectionTicks || !MayHandOver || !IsReady || IsHandingOver)
        {
            return;
        }

        if (FindPreferred(mustBeCaughtUp: true) is { } preferred)
        {
            _ledTicks = 0;
            _handedOverAt = _ticks;
            _handOverPatience = Math.Min(2 * _handOverPatience, HandOverPatienceMax);
            TransferLeadership(preferred.Id);
        }
    }

    private bool WantsToHandOver() => !_priorities.AreEqual && FindPreferred(mustBeCaughtUp: false) is not null;

    /// <summary>The voter of the highest priority above our own that is alive; null when there is none.</summary>
    private Progress? FindPreferred(bool mustBeCaughtUp)
    {
        Progress? best = null;
        var highest = _priorities.Of(_self);
        foreach (var member in _tracker.Members)
        {
            var priority = _priorities.Of(member.Id);
            var isBetter = priority > highest
                && member.Id != _self
                && Configuration.IsVoter(member.Id)
                && (mustBeCaughtUp ? IsCaughtUp(member) : !IsAway(member));
            if (isBetter)
            {
                (best, highest) = (member, priority);
            }
        }

        return best;
    }

    // It keeps up with those who commit: the transfer ends within a round trip or two.
    private bool IsCaughtUp(Progress member)
        => member.TicksSilent < _options.ElectionTicks && member.IsReplicating && member.Match >= Commit;
}
