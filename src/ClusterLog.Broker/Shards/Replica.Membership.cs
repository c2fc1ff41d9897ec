using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Shards;

/// <content>Who belongs to the group: this replica's identity, the other members, and changes of them.</content>
internal sealed partial class Replica
{
    private Configuration? _followersOf;
    private ReplicaId[] _followers = [];
    private bool _isIdentityUnwritten;

    /// <summary>Which of the group's replicas this is. A replica that lost its disk comes back as another.</summary>
    public ReplicaId Identity { get; }

    /// <summary>The members in force: the latest in the log, committed or not.</summary>
    public Configuration Configuration => _core.Configuration;

    /// <summary>Where <see cref="Configuration"/> stands in the log; zero for the founding one.</summary>
    public LogIndex ConfigurationIndex => _core.ConfigurationIndex;

    /// <summary>The group's other members, learners included.</summary>
    public IReadOnlyList<ReplicaId> Followers
    {
        get
        {
            var configuration = _core.Configuration;
            if (!ReferenceEquals(configuration, _followersOf))
            {
                _followers = configuration.Members.ToArray().Where(member => member != Identity).ToArray();
                _followersOf = configuration;
            }

            return _followers;
        }
    }

    /// <summary>The leader's view of a member; of no meaning on a replica that does not lead.</summary>
    /// <exception cref="ArgumentException">It is no member.</exception>
    public FollowerProgress Progress(ReplicaId member) => _core.Progress(member);

    /// <summary>
    /// Proposes a change of the members; the proposal hears of its end. Refusals are answered before this returns. A
    /// change that needs two steps is committed with the first; the leader then takes the second by itself.
    /// </summary>
    public void ProposeChange(Proposal proposal, ConfigurationChange change)
    {
        if (RefuseStopped(proposal))
        {
            return;
        }

        _shard.Touch(this);
        var result = _core.ProposeChange(change, out var entry, out var refusal);
        if (result == ProposeResult.Accepted)
        {
            proposal.Place(entry!);
            _proposals.Add(proposal);
            return;
        }

        var code = result switch
        {
            ProposeResult.NotLeader or ProposeResult.Transferring => ErrorCode.NotLeader,
            ProposeResult.NotReady => ErrorCode.LeaderNotAvailable,
            ProposeResult.ChangeInProgress => ErrorCode.TooManyRequests,
            _ => ErrorCode.InvalidArgument,
        };
        proposal.Fail(code, $"The members of group {Group} were not changed by \"{change}\": {refusal}");
    }

    /// <summary>A broker can be reached again; whichever of its replicas is in the group may be.</summary>
    public void PeerUp(ReplicaId peer)
    {
        if (!IsStopped)
        {
            _shard.Touch(this);
            _core.PeerUp(peer);
        }
    }

    /// <summary>A broker cannot be reached, or its replica of this group has stopped, in a term.</summary>
    public void PeerDown(ReplicaId peer, Term? stoppedIn = null)
    {
        if (!IsStopped)
        {
            _shard.Touch(this);
            _core.PeerDown(peer, stoppedIn);
        }
    }

    /// <summary>
    /// What the disk says of this replica. What it says of one that was here before, and left, binds this one in nothing
    /// but the term: a new identity has voted for nobody yet.
    /// </summary>
    private HardState OwnHardState()
    {
        var found = Log.HardState;
        if (found.Incarnation == Identity.Incarnation || Log.IsBlank)
        {
            return found;
        }

        // Its log may have gone on since it was opened.
        var term = found.Term > Log.LastTerm ? found.Term : Log.LastTerm;
        _isIdentityUnwritten = true;
        return found with { Term = term, Vote = ReplicaId.None, Incarnation = Identity.Incarnation };
    }
}
