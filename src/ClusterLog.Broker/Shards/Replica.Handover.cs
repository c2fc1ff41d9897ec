using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <content>Leadership on its way from one replica to another.</content>
internal sealed partial class Replica
{
    /// <summary>What may be under way to a follower that counts as caught up: it answers within a round trip or two.</summary>
    private const int HandOverInflightBytesMax = 1 << 20;

    /// <summary>Ticks that a replica which has handed over waits for word of its successor.</summary>
    private const int SuccessorTicksMax = 10;

    private int _ticksToSuccessor;

    /// <summary>Who should lead the group.</summary>
    public ReplicaId PreferredLeader => _firstChoice;

    /// <summary>Whether this replica leads a group that another connected broker could lead.</summary>
    public bool CanBeHandedOver => Leads && Followers.Any(CanLead);

    /// <summary>Whether leadership is on its way to another replica.</summary>
    public bool IsBeingHandedOver => Leads && !_core.TransferTarget.IsNone;

    /// <summary>This replica has handed leadership over, and will hear in a moment who has it.</summary>
    public bool AwaitsSuccessor => _ticksToSuccessor > 0 && !IsStopped && !Leads && _core.Leader.IsNone;

    /// <summary>
    /// Says who should lead the group: it is the first to campaign where nobody leads, and whoever else leads hands over to
    /// it once it has caught up. Nothing changes when said again.
    /// </summary>
    public void PreferLeader(ReplicaId replica)
    {
        if (!IsStopped && replica != _firstChoice)
        {
            Prefer(replica);
            _shard.Touch(this);
        }
    }

    /// <summary>Hands leadership to a voter, where this replica leads; done, or given up, some time later.</summary>
    public void TransferLeadership(ReplicaId target)
    {
        if (!IsStopped)
        {
            _shard.Touch(this);
            _core.TransferLeadership(target);
        }
    }

    /// <summary>
    /// Asks a connected voter to take over, where this replica leads: one that keeps up, so that nobody waits long. Does
    /// nothing where none does, unless <paramref name="anyone"/> is to lead: then it is the most advanced.
    /// </summary>
    /// <param name="wanted">Who is to have it of those who keep up; another of them where that one does not.</param>
    public void HandOver(bool anyone, ReplicaId wanted = default)
    {
        if (!Leads)
        {
            return;
        }

        ReplicaId[] candidates = [.. Followers.Where(CanLead)];
        ReplicaId[] ready = [.. candidates.Where(KeepsUpClosely)];
        if (ready.Length > 0)
        {
            // Each group to another of them: to one alone all of this broker's load would go.
            var other = ready[(int)(Group.Value % (ulong)ready.Length)];
            TransferLeadership(ready.Contains(wanted) ? wanted : other);
        }
        else if (anyone && candidates.Length > 0)
        {
            TransferLeadership(candidates.MaxBy(candidate => _core.Progress(candidate).Match));
        }
    }

    private bool CanLead(ReplicaId follower) =>
        Configuration.IsVoter(follower) && _shard.Services.Peers.IsConnected(follower);

    /// <summary>All of the log was sent to it, and little of that waits for its answer.</summary>
    private bool KeepsUpClosely(ReplicaId follower)
    {
        var progress = _core.Progress(follower);
        return progress.State == FollowerState.Replicate
            && progress.Next > Log.LastIndex
            && progress.InflightBytes <= HandOverInflightBytesMax;
    }

    /// <summary>One tick of the core: it may begin to hand over to whoever is preferred, if the shard has room for that.</summary>
    private void TickCore()
    {
        var wasBeingHandedOver = IsBeingHandedOver;
        _core.MayHandOver = _shard.HandoversLeft > 0;
        _core.Tick();
        if (!wasBeingHandedOver && IsBeingHandedOver)
        {
            _shard.HandoversLeft--;
        }

        NoteSuccession(wasBeingHandedOver);
    }

    private void NoteSuccession(bool wasBeingHandedOver)
    {
        if (wasBeingHandedOver && !Leads)
        {
            _ticksToSuccessor = SuccessorTicksMax;
        }
    }

    private void TickSuccession()
    {
        if (_ticksToSuccessor > 0)
        {
            _ticksToSuccessor--;
        }
    }

    /// <summary>At the end of a turn: serves those who waited for a leader; true when there is something new to write.</summary>
    private bool ServeParked()
    {
        if (!Machine.HasParked)
        {
            return false;
        }

        Machine.ServeParked(NowMilliseconds);
        return !IsStopped && _core.HasOutput;
    }

    /// <summary>Whether this replica is the group's first choice of a leader once a broker's is not there.</summary>
    public bool IsFirstChoiceWithout(ReplicaId peer) =>
        IsPreferredLeader || (_isSecondChoice && _firstChoice.IsSameBroker(peer));
}
