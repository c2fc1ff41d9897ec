using ClusterLog.Broker.Hosting;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// This broker's member of one group: drives its Raft core, hands what the core wants written to the WAL, sends its
/// messages, and applies what is committed to the group's state machine. Owned by one shard.
/// </summary>
internal sealed partial class Replica
{
    /// <summary>
    /// The first ticks of a replica, in every other of which the group's preferred leader campaigns if there is none:
    /// the others may hear of a new group, or start, a little later. A pre-vote disturbs nobody who has a leader.
    /// </summary>
    private const int FirstCampaignTicks = 6;

    /// <summary>The first choice leads where it can; whoever else leads hands over to it.</summary>
    private const int PreferredPriority = 1;

    private readonly Shard _shard;
    private readonly RaftCore _core;
    private readonly ProposalQueue _proposals = new();
    private readonly bool _isSecondChoice;
    private ReplicaId _firstChoice;
    private bool _wasLeader;
    private int _ticks;

    /// <summary>Starts a replica from what its log holds: the newest checkpoint, and the entries behind it.</summary>
    /// <param name="identity">Which of the group's replicas this is.</param>
    /// <param name="founders">The voters that the group began with: its members until its log says otherwise.</param>
    /// <param name="log">What this replica holds; its own from now on.</param>
    /// <param name="preferred">Who should lead the group; the first of the founders unless given.</param>
    /// <exception cref="InvalidDataException">The checkpoint cannot be read by this version.</exception>
    public Replica(
        Shard shard,
        GroupId group,
        ReplicaId identity,
        IReadOnlyList<ReplicaId> founders,
        PartitionLog log,
        IStateMachine machine,
        Random random,
        ReplicaId preferred = default)
    {
        _shard = shard;
        Group = group;
        Identity = identity;
        Machine = machine;
        Log = log;
        Founders = founders;
        _firstChoice = preferred.IsNone ? founders[0] : preferred;
        _isSecondChoice = founders.FirstOrDefault(founder => founder != _firstChoice) == identity;
        _lastRead = (ulong)random.NextInt64();
        RestoreNewestCheckpoint();
        _core = new RaftCore(
            shard.Services.Raft, identity, Configuration.Of(founders), Log, OwnHardState(), Applied, random);
        _core.SetPriority(_firstChoice, PreferredPriority);
    }

    public GroupId Group { get; }

    public IStateMachine Machine { get; }

    /// <summary>The voters that the group began with.</summary>
    public IReadOnlyList<ReplicaId> Founders { get; }

    public PartitionLog Log { get; }

    /// <summary>The last entry that the state machine has taken.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>Why the replica has stopped, or null while it runs.</summary>
    public string? StoppedBecause { get; private set; }

    public bool IsStopped => StoppedBecause is not null;

    /// <summary>The group's first choice of a leader.</summary>
    public bool IsPreferredLeader => _firstChoice == Identity;

    /// <summary>The group has nothing to do, and ticks would do nothing to it; or this replica has stopped.</summary>
    public bool IsQuiet => IsStopped || (_core.IsQuiet && _proposals.IsEmpty && _reads is null or { IsEmpty: true } && !Machine.HasParked);

    /// <summary>There is lazy work to do, now or a little later.</summary>
    public bool NeedsMaintenance => !IsStopped
        && (Log.NeedsMaintenance || _savingCheckpoint > LogIndex.Zero || _trimsAfterMove || IsCheckpointDueByAge);

    /// <summary>For the shard: true while the replica is on its list of this turn.</summary>
    public bool IsActive { get; set; }

    /// <summary>For the shard: true while the replica is on its list of those to maintain.</summary>
    public bool IsMaintained { get; set; }

    /// <summary>For the shard: true while the replica is among those whose logs hold entries in memory.</summary>
    public bool IsTailHolder { get; set; }

    /// <summary>For the shard: what the replica was last counted as.</summary>
    public ReplicaSummary Counted { get; set; }

    /// <summary>For the shard: how the replica's clock goes.</summary>
    public ReplicaPace Pace { get; set; }

    /// <summary>For the shard: where the replica stands among those awake, if it does.</summary>
    public int AwakeAt { get; set; }

    public bool Leads => !IsStopped && _core.Role == RaftRole.Leader;

    /// <summary>
    /// True once the leader has applied the entry that opened its term, and so everything before it: only then does its
    /// state say which batches it has already seen.
    /// </summary>
    public bool IsReadyToServe => Leads && Applied >= _core.TermStartIndex;

    public RaftRole Role => _core.Role;

    public Term Term => _core.Term;

    public LogIndex Commit => _core.Commit;

    public ReplicaId Leader => IsStopped ? ReplicaId.None : _core.Leader;

    public void Tick(long nowMilliseconds)
    {
        if (IsStopped)
        {
            return;
        }

        TickCore();
        CampaignIfPreferred();
        TickAssignment();
        TickSuccession();
        _proposals.ExpireOlderThan(nowMilliseconds);
        _reads?.ExpireOlderThan(nowMilliseconds);
        if (_core.HasOutput || Machine.HasParked)
        {
            _shard.Touch(this);
        }
    }

    /// <summary>Writes lazily what is due; about once a second.</summary>
    public void Maintain(long nowMilliseconds)
    {
        if (!IsStopped)
        {
            Log.Maintain(nowMilliseconds);
            SaveCheckpointIfOld(nowMilliseconds);
            TrimAfterCheckpoint();
            TrimAfterMove();
        }
    }

    public void Step(RaftMessage message)
    {
        if (!IsStopped)
        {
            _shard.Touch(this);
            var wasBeingHandedOver = IsBeingHandedOver;
            _core.Step(message);
            NoteSuccession(wasBeingHandedOver);
        }
    }

    /// <summary>Step 9: proposes an entry; the proposal hears of its end. Refusals are answered before this returns.</summary>
    public void Propose(
        Proposal proposal, EntryKind kind, int offsetCount, long maxTimestamp, ReadOnlyMemory<byte> payload)
    {
        if (RefuseStopped(proposal))
        {
            return;
        }

        _shard.Touch(this);
        switch (_core.Propose(kind, offsetCount, maxTimestamp, payload, out var entry))
        {
            case ProposeResult.Accepted:
                proposal.Place(entry!);
                _proposals.Add(proposal);
                break;
            case ProposeResult.Busy:
                proposal.Fail(
                    ErrorCode.TooManyRequests,
                    $"Group {Group} has {_shard.Services.Raft.UncommittedBytesMax} bytes that wait for a majority's disks.");
                break;
            default:
                proposal.Fail(ErrorCode.NotLeader, $"Group {Group} is led by broker {Leader} in term {Term}.");
                break;
        }
    }

    /// <summary>Stops the replica for good: it neither votes nor acknowledges any more.</summary>
    public void Fail(Exception reason)
    {
        if (!IsStopped)
        {
            _shard.Services.Logger.ReplicaFailed(Group, Applied, Commit, Term, reason);
            Stop(reason.Message);
            _shard.Announce(new(Group, Term, ReplicaId.None));
            if (ToDamage(reason) is { } damage)
            {
                // Nor may a later start speak in its name. It comes back as another.
                _shard.Services.Storage.Quarantine(Group, damage, Identity.Incarnation);
                _shard.Services.OnDamaged(this, damage.Message);
            }
        }
    }

    /// <summary>What the log is not to be believed for any more; null where nothing is wrong with it.</summary>
    private CorruptLogException? ToDamage(Exception reason) => reason switch
    {
        CorruptLogException damage => damage,

        // It kept its power, but what it committed is the group's no more: it comes back as another, without that.
        RaftInvariantException { LostIndex.Value: > 0 } lost when Machine.MaySyncLater => new CorruptLogException(
            Group, StorageLayout.SegmentsFolder, 0, $"entry {lost.LostIndex} as the leader has it", "another, committed")
        {
            LostFrom = lost.LostIndex,
        },
        _ => null,
    };

    public void Stop(string reason)
    {
        if (IsStopped)
        {
            return;
        }

        _shard.Touch(this);
        StoppedBecause = reason;
        _proposals.FailAll(ErrorCode.StorageFailed, $"The replica of group {Group} has stopped: {reason}");
        _reads?.FailAll(ErrorCode.StorageFailed, $"The replica of group {Group} has stopped: {reason}");
        Machine.OnStopped();
        _shard.Services.Leaders.Forget(Group);
    }

    private bool RefuseStopped(Proposal proposal)
    {
        if (IsStopped)
        {
            proposal.Fail(ErrorCode.StorageFailed, $"The replica of group {Group} has stopped: {StoppedBecause}");
        }

        return IsStopped;
    }

    /// <summary>Spreads leaders as they were placed, at a group's birth and at a start, without waiting for an election timeout.</summary>
    private void CampaignIfPreferred()
    {
        if (IsPreferredLeader && _ticks++ < FirstCampaignTicks && _ticks % 2 == 0 && _core.Leader.IsNone)
        {
            _core.Campaign();
        }
    }

    /// <summary>The broker stops: those who wait for a commit cannot be told its outcome any more.</summary>
    public void Close()
    {
        _proposals.FailWithUnknownOutcome("The broker is stopping");
        Stop("the broker is stopping");
    }

    private void OnStateChanged()
    {
        var leads = _core.Role == RaftRole.Leader;
        _shard.Services.Logger.LeaderChanged(Group, _core.Leader, _core.Term, _core.Role);
        _shard.Services.Leaders.Update(Group, _core.Term, HasCaughtUp ? _core.Leader : ReplicaId.None);
        if (leads && !_wasLeader)
        {
            _shard.Services.Metrics.BecameLeader();
        }
        else if (_wasLeader && !leads)
        {
            _proposals.OnLeadershipLost(_core.Term);
        }

        _wasLeader = leads;
        Machine.OnLeaderChanged(_core.Leader, leads);
    }

    /// <summary>
    /// The entry that opened the leader's term is applied here. Only now are clients sent to that leader: before, it
    /// would have to put them off.
    /// </summary>
    private void OnCaughtUp()
    {
        _shard.Services.Leaders.Update(Group, _core.Term, _core.Leader);
        if (Leads)
        {
            _shard.Announce(new(Group, _core.Term, _core.Leader));
        }
    }
}
