using System.Collections.Immutable;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Shards;

/// <content>
/// The reconciler: where this replica leads, it moves the group's members towards those that the metadata wants. It
/// looks whenever something has happened to the group, and, while there is a difference, every few ticks; a group that is
/// as it should be costs it nothing.
/// </content>
internal sealed partial class Replica
{
    /// <summary>Ticks between two looks at a group that differs and to which nothing happens.</summary>
    private const int TicksPerLook = 8;

    private ImmutableArray<ReplicaId> _assigned = [];
    private LogIndex _assignedAt;
    private bool _isAsAssigned = true;
    private int _ticksToLook;
    private bool _hasChanged;

    // What was committed some ticks ago: who holds that keeps up. The highest number before the first look.
    private LogIndex _committedAtLook = new(ulong.MaxValue);

    /// <summary>Whether the members, as this replica knows them, are those that the metadata wants, or no one has said.</summary>
    public bool IsAsAssigned => _assigned.IsEmpty || MembershipPlan.IsReached(Configuration, _assigned);

    /// <summary>The metadata gives this replica no place any more: once the group has let it go, it ends.</summary>
    public bool IsDeparting { get; private set; }

    /// <summary>The group has let this replica go, and it has ended: it counts for nothing, and is not missed.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Whether this replica knows, as a leader does, that another is out of the group for good.</summary>
    public bool KnowsToBeOut(ReplicaId other) =>
        IsReadyToServe
        && !_assigned.IsEmpty
        && !_assigned.Contains(other)
        && !Configuration.IsJoint
        && _core.ConfigurationIndex <= _core.Commit
        && !Configuration.Contains(other);

    /// <summary>The group has let this replica go: it ends, and says so.</summary>
    public void Leave()
    {
        if (!IsStopped)
        {
            _shard.Services.Logger.ReplicaLeft(Identity, Group);
            HasLeft = true;
            Stop("the partition has moved away from this broker");

            // A quiet group would not notice: its members rely on being told.
            _shard.Announce(new(Group, Term, ReplicaId.None));
        }
    }

    /// <summary>The metadata gives this replica no place any more, and never will again.</summary>
    public void Depart()
    {
        if (!IsStopped)
        {
            IsDeparting = true;
            _shard.Touch(this);
        }
    }

    /// <summary>Says which replicas the group is to have, the preferred leader first. Nothing changes when said again.</summary>
    /// <param name="knownAt">The metadata entry as of which that is so.</param>
    public void Assign(ImmutableArray<ReplicaId> replicas, LogIndex knownAt)
    {
        if (IsStopped || replicas.IsEmpty)
        {
            return;
        }

        _assignedAt = LogIndex.Max(_assignedAt, knownAt);
        if (_assigned.SequenceEqual(replicas))
        {
            return;
        }

        _assigned = replicas;
        Prefer(replicas[0]);
        LookAgain();
        _shard.Touch(this);
    }

    private void Prefer(ReplicaId replica)
    {
        if (replica != _firstChoice)
        {
            _core.SetPriority(_firstChoice, 0);
            _core.SetPriority(replica, PreferredPriority);
            _firstChoice = replica;
        }
    }

    private void LeaveIfOut()
    {
        if (IsDeparting && _core.ConfigurationIndex <= _core.Commit && !Configuration.Contains(Identity))
        {
            Leave();
        }
    }

    private void LookAgain()
    {
        _isAsAssigned = _assigned.IsEmpty;
        _committedAtLook = new(ulong.MaxValue);
    }

    private void TickAssignment()
    {
        if (!_isAsAssigned && --_ticksToLook <= 0)
        {
            _ticksToLook = TicksPerLook;
            if (IsReadyToServe)
            {
                _committedAtLook = _core.Commit;
                _shard.Touch(this);
            }
        }
    }

    /// <summary>At the end of a turn: takes the next step, if one is due; true when there is something new to write.</summary>
    private bool ReconcileMembers()
    {
        if (_isAsAssigned || !IsReadyToServe || _core.ConfigurationIndex > _core.Commit)
        {
            return false;
        }

        if (MembershipPlan.IsReached(Configuration, _assigned))
        {
            _isAsAssigned = true;
            if (_hasChanged)
            {
                _hasChanged = false;
                _shard.Services.Logger.MembersReached(Group, Configuration, _core.ConfigurationIndex);
            }

            return false;
        }

        var before = Configuration;
        if (MembershipPlan.Next(before, _assigned, _assignedAt, Identity, KeepsUp) is not { } change
            || _core.ProposeChange(change, out _, out var refusal) != ProposeResult.Accepted)
        {
            // It is looked at again when a learner has come further, or in some ticks.
            return false;
        }

        _hasChanged = true;
        _shard.Services.Logger.MembersChanging(Group, before, string.Join(", ", _assigned), change);
        return true;
    }

    private bool KeepsUp(ReplicaId learner)
    {
        var progress = _core.Progress(learner);
        return progress.State == FollowerState.Replicate
            && progress.RecentlyActive
            && progress.Match >= LogIndex.Min(_core.Commit, _committedAtLook);
    }
}
