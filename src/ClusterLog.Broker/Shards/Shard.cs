using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Many groups, one thread: takes work in turns; at the end of each turn it makes one submission to the WAL for all
/// groups that were active in it, and lets the peers' messages leave beside that write. No locks: everything that
/// belongs to its groups is touched only here. Driven by <see cref="ShardLoop"/>, or by hand in a simulation.
/// </summary>
internal sealed partial class Shard : IStorageCompletion
{
    /// <summary>
    /// The most leaders of a shard that begin, in one tick, to hand over to the replica that is preferred. Each is an
    /// election, during which the partition's producers wait: thousands at once, as when a broker comes back, would take
    /// long for all of them.
    /// </summary>
    private const int HandoversPerTickMax = 8;

    private readonly Dictionary<GroupId, Replica> _replicas = [];
    private readonly List<Replica> _active = [];
    private readonly List<Replica> _maintained = [];
    private readonly AwakeReplicas _awake = new();
    private readonly TailHolders _tails = new();
    private readonly ReplicaTally _tally = new();
    private readonly List<LeaderAnnouncement> _announcements = [];
    private readonly TimeProvider _time;
    private Replica? _touched;

    public Shard(int id, ShardServices services, ShardInbox inbox)
    {
        Id = id;
        Services = services;
        Inbox = inbox;
        _time = services.Time;
    }

    public int Id { get; }

    public ShardServices Services { get; }

    public ShardInbox Inbox { get; }

    public IReadOnlyCollection<Replica> Replicas => _replicas.Values;

    /// <summary>How the replicas are, without looking at each.</summary>
    public ReplicaSummary Summary => _tally.Summary with { Awake = _awake.Count };

    /// <summary>Room for the entries that a replica is about to apply; one replica's for the length of a call.</summary>
    public List<LogEntry> Applying { get; } = [];

    /// <summary>Whether the broker stops, and so gives leadership away and takes over none.</summary>
    public bool IsHandingOver { get; set; }

    /// <summary>How many more of its leaders may begin to hand over to a preferred replica in this tick.</summary>
    public int HandoversLeft { get; set; }

    /// <summary>A monotonic clock in milliseconds, for deadlines only.</summary>
    public long NowMilliseconds => _time.GetMilliseconds();

    /// <summary>
    /// Takes a new replica in. After a start there are thousands without a leader: they campaign in turn, first those
    /// that the leaders were placed on.
    /// </summary>
    public void Add(Replica replica)
    {
        _replicas.Add(replica.Group, replica);
        _tails.Take(replica);
        Touch(replica);
        foreach (var other in replica.Followers)
        {
            if (!Services.Peers.IsConnected(other))
            {
                replica.PeerDown(other);
            }
        }

        _awake.WakeInTurn(replica, replica.IsPreferredLeader);
    }

    public void Remove(Replica replica)
    {
        Forget(replica);
        replica.Stop("the group was removed");
    }

    /// <summary>Takes out a replica that has stopped, and gives its log to the one that follows it.</summary>
    public PartitionLog Release(Replica stopped)
    {
        Forget(stopped);
        return stopped.Log;
    }

    public Replica? Find(GroupId group) => _replicas.GetValueOrDefault(group);

    /// <summary>Marks a replica as active in this turn, and as the one to blame for what the current work throws.</summary>
    public void Touch(Replica replica)
    {
        _touched = replica;
        if (!replica.IsActive)
        {
            replica.IsActive = true;
            _active.Add(replica);
        }
    }

    /// <summary>Steps 8 and 9 of the way of a produce: one piece of work.</summary>
    public void Run(IShardWork work)
    {
        _touched = null;
        try
        {
            work.Run(this);
        }
        catch (Exception exception)
        {
            work.Abandon();
            if (_touched is null)
            {
                throw;
            }

            _touched.Fail(exception);
        }
    }

    /// <summary>Runs one replica's part of a work: a broken invariant stops the replica that has it, and nothing else.</summary>
    public static void Guard<TState>(Replica replica, TState state, Action<Replica, TState> part)
    {
        try
        {
            part(replica, state);
        }
        catch (Exception exception)
        {
            replica.Fail(exception);
        }
    }

    /// <summary>One tick of the clock for all replicas that are awake.</summary>
    /// <param name="maintains">Whether lazy work is due too, which it is about once a second.</param>
    public void Tick(bool maintains)
    {
        var now = NowMilliseconds;
        HandoversLeft = HandoversPerTickMax;
        _awake.Tick(now);
        if (maintains)
        {
            Maintain(now);
            Due.Run(now);
        }
    }

    /// <summary>
    /// A broker went down, or its replica of one group has stopped. Followers of it forget it at once, so that they
    /// vote for each other, but campaign in turn.
    /// </summary>
    public void PeerDown(Replica replica, ReplicaId peer, Term? stoppedIn = null)
    {
        var lostLeader = !replica.Leads && replica.Leader.Value == peer.Value;
        Guard(replica, (peer, stoppedIn), static (told, down) => told.PeerDown(down.peer, down.stoppedIn));
        if (lostLeader && replica.Leader.IsNone)
        {
            _awake.WakeInTurn(replica, replica.IsFirstChoiceWithout(peer));
        }
    }

    /// <summary>The replicas whose state machines are to be called at some time, within a second.</summary>
    public DueReplicas Due { get; } = new();

    /// <summary>Tells the peers at the end of the turn who leads a group, or that a replica has stopped.</summary>
    public void Announce(LeaderAnnouncement leader) => _announcements.Add(leader);

    /// <summary>Step 10: what all active groups want written goes to the WAL as one submission, and messages leave.</summary>
    public void EndTurn()
    {
        // A replica may be touched again while outputs are taken; the list then grows, and is walked to its end.
        for (var i = 0; i < _active.Count; i++)
        {
            var replica = _active[i];
            replica.IsActive = false;
            Guard(replica, SubmissionTo(replica.Log.Storage), static (active, writes) => active.EndTurn(writes));
            Settle(replica);
        }

        _active.Clear();
        _tails.Evict(Services.Storage);
        Submit();

        if (_announcements.Count > 0)
        {
            Services.Peers.Announce(_announcements);
            _announcements.Clear();
        }

        Services.Peers.Flush();
        _tails.LetGo();
    }

    /// <summary>The loop has ended: answers all who still wait for a commit, or for work that will not run any more.</summary>
    public void Close()
    {
        Inbox.Close();
        while (Inbox.TryTake(out var work))
        {
            work!.Abandon();
        }

        foreach (var replica in _replicas.Values)
        {
            replica.Close();
        }
    }

    /// <summary>A replica's turn is over: what has become of it decides what it needs from now on.</summary>
    private void Settle(Replica replica)
    {
        if (_replicas.GetValueOrDefault(replica.Group) != replica)
        {
            return;
        }

        // One that waits for its turn to campaign must not wait once it has been made more than a follower.
        if (!replica.IsQuiet && (replica.Pace == ReplicaPace.Asleep || replica.Role != RaftRole.Follower))
        {
            _awake.Wake(replica);
        }

        if (replica.NeedsMaintenance && !replica.IsMaintained)
        {
            replica.IsMaintained = true;
            _maintained.Add(replica);
        }

        _tails.Note(replica);
        _tally.Count(replica);
    }

    private void Maintain(long now)
    {
        var kept = 0;
        for (var i = 0; i < _maintained.Count; i++)
        {
            var replica = _maintained[i];
            Guard(replica, now, static (maintained, milliseconds) => maintained.Maintain(milliseconds));
            replica.IsMaintained = replica.NeedsMaintenance;
            if (replica.IsMaintained)
            {
                _maintained[kept++] = replica;
            }
        }

        _maintained.RemoveRange(kept, _maintained.Count - kept);
    }

    private void Forget(Replica replica)
    {
        _replicas.Remove(replica.Group);
        _awake.Sleep(replica);
        Due.Remove(replica);
        TailHolders.Forget(replica);
        _tally.Forget(replica);
    }
}
