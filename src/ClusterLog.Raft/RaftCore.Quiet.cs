using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    private readonly List<Absence> _down = [];
    private int _idleTicks;

    // The round in which the followers were asked to fall quiet; zero while they were not.
    private ulong _quietRound;

    /// <summary>
    /// True while the group has nothing to do and this replica's clock stands still: the driver need not call
    /// <see cref="Tick"/>, which does nothing then. It is to be looked at after each <see cref="TakeOutput"/>. Any other
    /// message, Propose, ProposeChange, RequestRead, TransferLeadership, Campaign, PeerUp of a member, and PeerDown of the
    /// leader, or of a member where this replica leads, wake it; from then on ticks are due again.
    /// </summary>
    /// <remarks>
    /// Where all replicas agree nothing is lost by not asking: for a leader that is idle, <c>Match == LastIndex == Commit</c>
    /// for every member that answers, and a quorum of them has stopped its clock. Nothing of this is needed for safety: a
    /// vote, a commit and a read are decided as ever. What a quiet group relies on is that the driver tells of brokers that
    /// go down; a replica that stops on a broker that lives must be told of like one whose broker is down.
    /// </remarks>
    public bool IsQuiet { get; private set; }

    private bool IsDiskIdle
        => _durableSequence == _issuedSequence
            && _output.Entries.Count == 0
            && _output.MessagesAfterDurable.Count == 0
            && _output.Snapshot is null
            && !IsHardStateChanged;

    private void Wake()
    {
        _idleTicks = 0;
        _quietRound = 0;
        if (IsQuiet)
        {
            // The leader gets its whole time to be heard, and is heard at the next tick.
            IsQuiet = false;
            _electionElapsed = 0;
            _heartbeatElapsed = _options.HeartbeatTicks;
        }
    }

    private void WakeBy(RaftMessage message)
    {
        var keepsQuiet = message.Term == Term
            && (message is HeartbeatResponse { Quiet: true } || (message is HeartbeatRequest { Quiet: true } && message.From == Leader));
        if (keepsQuiet)
        {
            return;
        }

        Wake();
        if (Role == RaftRole.Follower && message.From != Leader)
        {
            AskForSignOfLife();
        }
    }

    /// <summary>
    /// A member that has just been placed knows the founders only, and calls us by the name of the replica that was on
    /// our broker then. What it says counts for nothing; that it is there must not be missed, for a leader that had given
    /// it up as silent would never feed it.
    /// </summary>
    private void HearNewcomer(RaftMessage message)
    {
        if (message is not HeartbeatResponse || message.To == _self || !message.To.IsSameBroker(_self)
            || !Configuration.Contains(message.From))
        {
            return;
        }

        if (Role == RaftRole.Leader)
        {
            _flushDue |= TryProbeReplicasOf(message.From);
        }
        else if (IsQuiet)
        {
            Wake();
            AskForSignOfLife();
        }
    }

    /// <summary>Lets a quiet leader know that a follower's clock runs again, so that its heartbeats do too.</summary>
    private void AskForSignOfLife()
    {
        if (!Leader.IsNone)
        {
            Output.Messages.Add(new HeartbeatResponse(_self, Leader, Term));
            return;
        }

        foreach (var voter in Configuration.Voters)
        {
            if (voter != _self)
            {
                Output.Messages.Add(new HeartbeatResponse(_self, voter, Term));
            }
        }
    }

    /// <summary>What is said of one replica of a broker holds for all: it is the broker that is down.</summary>
    private static ReplicaId BrokerOf(ReplicaId replica) => replica with { Incarnation = 0 };

    private bool IsDown(ReplicaId replica) => _down.Exists(absence => absence.Broker == BrokerOf(replica));

    /// <summary>Whether what was said to be gone is the leader itself, and not a replica that stood in its place before.</summary>
    private bool IsLeaderDown() =>
        _down.Exists(absence => absence.Broker == BrokerOf(Leader) && !(absence.StoppedIn < Term));

    private void NoteDown(ReplicaId peer, Term? stoppedIn)
    {
        NoteUp(peer);
        _down.Add(new Absence(BrokerOf(peer), stoppedIn));
    }

    private void NoteUp(ReplicaId peer) => _down.RemoveAll(absence => absence.Broker == BrokerOf(peer));

    /// <summary>The follower's part: stops its clock if it, too, has nothing left to do.</summary>
    private bool TryFallQuiet(HeartbeatRequest request)
    {
        // Where the leader's broker is known to be down the request is an old one, and nobody would wake us.
        IsQuiet = request.Quiet
            && _options.QuietGroups
            && Commit == request.Commit
            && Commit == _log.LastIndex
            && IsDiskIdle
            && !HasWaitingReads
            && !IsLeaderDown();
        if (IsQuiet)
        {
            _handOverPatience = 1;
        }

        return IsQuiet;
    }

    /// <summary>
    /// The leader's part: when nothing has happened for an election timeout it asks the followers to fall quiet, by its
    /// heartbeats, and follows when all who answer have done so. Returns true from then on.
    /// </summary>
    private bool TickQuiet()
    {
        if (!_options.QuietGroups || !IsIdle())
        {
            _idleTicks = 0;
            _quietRound = 0;
            return false;
        }

        if (++_idleTicks < _options.ElectionTicks)
        {
            return false;
        }

        if (_quietRound == 0)
        {
            _quietRound = ++_round;
        }

        IsQuiet = HaveFollowersFallenQuiet();
        return IsQuiet;
    }

    private bool IsIdle()
    {
        var isDone = IsReady
            && Commit == _log.LastIndex
            && _tracker.Self.Match == _log.LastIndex
            && IsDiskIdle
            && !HasWaitingReads
            && !IsHandingOver
            && !Configuration.IsJoint
            && !WantsToHandOver();
        if (!isDone)
        {
            return false;
        }

        foreach (var member in _tracker.Members)
        {
            if (member.Id != _self && !IsInStep(member) && !IsAway(member))
            {
                return false;
            }
        }

        return true;
    }

    private bool HaveFollowersFallenQuiet()
    {
        foreach (var member in _tracker.Members)
        {
            if (member.Id != _self && member.QuietRound < _quietRound && !IsAway(member))
            {
                return false;
            }
        }

        // A leader without a majority must stay awake to find out that it is none.
        return _tracker.HasFallenQuiet(_quietRound);
    }

    private bool IsInStep(Progress member)
        => member.IsReplicating && member.Match == _log.LastIndex && member.SentCommit >= Commit;

    /// <summary>
    /// A member that does not keep its leader awake. Silence alone is not enough: what it has missed it may have missed
    /// while quiet itself, on a broker that is up, and then nobody would ever wake either.
    /// </summary>
    private bool IsAway(Progress member)
        => member.TicksSilent >= _options.ElectionTicks && (IsDown(member.Id) || HasSuccessor(member.Id));

    /// <summary>Whether another replica has taken the member's place on its broker: this one never comes back.</summary>
    private bool HasSuccessor(ReplicaId replica)
    {
        foreach (var member in _tracker.Members)
        {
            if (member.Id.IsSameBroker(replica) && member.Id.Incarnation > replica.Incarnation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A replica that was just placed is another than the one of its broker that was said to be gone.</summary>
    private void NotePlaced(Configuration before)
    {
        foreach (var member in Configuration.Members)
        {
            if (!before.Contains(member))
            {
                NoteUp(member);
            }
        }
    }

    /// <param name="Broker">Who cannot be reached; its incarnation is left out.</param>
    /// <param name="StoppedIn">Where the broker lives and its replica has stopped: the last term which that knew.</param>
    private readonly record struct Absence(ReplicaId Broker, Term? StoppedIn);
}
