using System.Collections.Immutable;
using ClusterLog.Raft;

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

    /// <summary>How long a note of the assignment waits for its commit before another may follow.</summary>
    private const long NoteTimeoutMilliseconds = 10_000;

    private ImmutableArray<ReplicaId> _assigned = [];
    private LogIndex _assignedAt;
    private bool _isAsAssigned = true;
    private int _ticksToLook;
    private bool _hasChanged;
    private UnattendedProposal? _note;

    // What was committed some ticks ago: who holds that keeps up. The highest number before the first look.
    private LogIndex _committedAtLook = new(ulong.MaxValue);

    /// <summary>Whether the members, as this replica knows them, are those that the metadata wants, or no one has said.</summary>
    public bool IsAsAssigned => _assigned.IsEmpty || MembershipPlan.IsReached(Configuration, _assigned);

    /// <summary>The group has let this replica go, and it has ended: it counts for nothing, and is not missed.</summary>
    public bool HasLeft { get; private set; }

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

    /// <summary>Says which replicas the group is to have, the preferred leader first. Nothing changes when said again.</summary>
    /// <param name="assignedAt">The metadata entry that said so; what an earlier one said comes too late.</param>
    public void Assign(ImmutableArray<ReplicaId> replicas, LogIndex assignedAt)
    {
        if (IsStopped
            || replicas.IsEmpty
            || assignedAt < _assignedAt
            || (assignedAt == _assignedAt && _assigned.SequenceEqual(replicas)))
        {
            return;
        }

        (_assigned, _assignedAt) = (replicas, assignedAt);
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

    private void LookAgain()
    {
        ForgetAnsweredNote();
        _isAsAssigned = _assigned.IsEmpty;
        _committedAtLook = new(ulong.MaxValue);
    }

    private void TickAssignment()
    {
        if (!_isAsAssigned && --_ticksToLook <= 0)
        {
            _ticksToLook = TicksPerLook;
            ForgetAnsweredNote();
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

        if (Machine.NotedAssignment != _assignedAt && Machine.NoteAssignment(_assignedAt) is { } note)
        {
            return Note(note);
        }

        if (MembershipPlan.IsReached(Configuration, _assigned))
        {
            OnReached();
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

    /// <summary>
    /// Notes in the group's own log which assignment its members follow from now on: whoever leads later and knows of an earlier
    /// one only, changes nothing. So what was reported to be out stays out. False where there is nothing new to write.
    /// </summary>
    private bool Note(ReadOnlyMemory<byte> note)
    {
        // One that knows less than a leader before it waits for the metadata to come. A note that was refused waits for the
        // next look: the group is busy, and to ask again in the same turn would go on for ever.
        if (Machine.NotedAssignment > _assignedAt || _note is not null)
        {
            return false;
        }

        _note = new UnattendedProposal { DeadlineMilliseconds = NowMilliseconds + NoteTimeoutMilliseconds };
        Propose(_note, EntryKind.Command, offsetCount: 0, maxTimestamp: 0, note);
        return !_note.IsAnswered;
    }

    private void ForgetAnsweredNote()
    {
        if (_note is { IsAnswered: true })
        {
            _note = null;
        }
    }

    private void OnReached()
    {
        _isAsAssigned = true;
        if (_hasChanged)
        {
            _hasChanged = false;
            _shard.Services.Logger.MembersReached(Group, Configuration, _core.ConfigurationIndex);
        }

        _shard.Services.OnAssignmentReached(Group, _assignedAt);
    }

    private bool KeepsUp(ReplicaId learner)
    {
        var progress = _core.Progress(learner);
        return progress.State == FollowerState.Replicate
            && progress.RecentlyActive
            && progress.Match >= LogIndex.Min(_core.Commit, _committedAtLook);
    }
}
