using System.Collections.Concurrent;
using System.Collections.Immutable;
using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Balancing;

/// <summary>
/// Tells this broker's replicas who is to lead their groups, by a <see cref="LeaderPlan"/>: the brokers that are
/// connected and neither draining nor about to stop share the leaders. It moves nothing itself: a leader hands over by
/// Raft's own preferences, once the one that is to lead has caught up, and so many groups in a tick. A change is looked at
/// once nothing has changed for a while; that a broker stops, at once. Safe for use by many threads.
/// </summary>
internal sealed class LeaderBalancer : IAsyncDisposable
{
    /// <summary>How long nothing must have changed before leaders move: a broker that comes and goes is not worth it.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    /// <summary>Where there is always something new, this is long enough.</summary>
    private static readonly TimeSpan SettleTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>How often those are looked at again whose partitions were in use.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, bool> _leaving = new();
    private readonly Rounds _rounds;
    private readonly int _broker;
    private readonly IMetadataGroup _metadata;
    private readonly ShardSet _shards;
    private readonly PeerMesh _peers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private View? _seen;
    private View? _applied;
    private long _seenAt;
    private long _appliedAt;
    private bool _hasPutOff;

    // The replicas were told something else since: it may be that the brokers are the same again.
    private volatile bool _isOvertaken;

    public LeaderBalancer(
        int broker, IMetadataGroup metadata, ShardSet shards, PeerMesh peers, TimeProvider time, ILogger logger)
    {
        (_broker, _metadata, _shards, _peers, _time, _logger) = (broker, metadata, shards, peers, time, logger);
        _appliedAt = time.GetTimestamp();
        _rounds = new Rounds(Interval, time, _ => LookAsync(), logger.BalancingEnded);
    }

    /// <summary>Begins to look. Once.</summary>
    public void Start() => _rounds.Start();

    /// <summary>A peer has connected: whatever it was about to do, it has begun anew.</summary>
    public void OnPeerUp(ReplicaId peer) => _leaving.TryRemove(peer.Value, out _);

    /// <summary>A peer says that it is about to stop: from when this returns, nothing is handed over to it.</summary>
    public ReadOnlyMemory<byte> OnLeaving(ReplicaId peer)
    {
        _leaving[peer.Value] = true;
        _isOvertaken = true;
        _shards.PostToAll(new PreferWork(PlanNow()));
        return LeavingNotice.EncodeResponse();
    }

    /// <summary>Tells the peers that this broker is about to stop; answers who is to lead instead.</summary>
    public async Task<LeaderPlan> LeaveAsync(CancellationToken cancellationToken)
    {
        _leaving[_broker] = true;
        await Task.WhenAll(_metadata.Snapshot.Brokers.Keys
            .Where(broker => broker != _broker && _peers.IsConnected(new ReplicaId(broker)))
            .Select(broker => TellAsync(new ReplicaId(broker), cancellationToken)));
        return PlanNow();
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    private async Task LookAsync()
    {
        var view = View.Of(_metadata.Snapshot, IsAble);
        if (!view.IsSameAs(_seen))
        {
            (_seen, _seenAt) = (view, _time.GetTimestamp());
        }

        var isNew = (_isOvertaken || !view.IsSameAs(_applied))
            && (_time.GetElapsedTime(_seenAt) >= SettleTime || _time.GetElapsedTime(_appliedAt) >= SettleTimeMax);
        if (isNew || (_hasPutOff && _time.GetElapsedTime(_appliedAt) >= RetryInterval))
        {
            await ApplyAsync(isNew);
        }
    }

    private async Task ApplyAsync(bool isNew)
    {
        // In this order: who leaves from now on is in the view, or what is applied is overtaken.
        _isOvertaken = false;
        var view = View.Of(_metadata.Snapshot, IsAble);
        var plan = LeaderPlan.Of(view.Snapshot, view.Able);
        (_applied, _appliedAt) = (view, _time.GetTimestamp());
        var putOff = await _shards.AskAllAsync(shard => PreferWork.Prefer(shard, plan));
        _hasPutOff = putOff.Any(static any => any);
        if (isNew)
        {
            _logger.LeadersPlanned(string.Join(", ", plan.Counts.OrderBy(static pair => pair.Key)
                .Select(static pair => $"{pair.Key}: {pair.Value}")));
        }
    }

    private LeaderPlan PlanNow()
    {
        var view = View.Of(_metadata.Snapshot, IsAble);
        return LeaderPlan.Of(view.Snapshot, view.Able);
    }

    private bool IsAble(BrokerInfo broker) =>
        broker.State == BrokerState.Active
        && !_leaving.ContainsKey(broker.BrokerId)
        && (broker.BrokerId == _broker || _peers.IsConnected(new ReplicaId(broker.BrokerId)));

    private async Task TellAsync(ReplicaId peer, CancellationToken cancellationToken)
    {
        try
        {
            await _peers.RequestAsync(peer, LeavingNotice.Encode(), NoticeTimeout, cancellationToken);
        }
        catch (PeerUnavailableException)
        {
            // It is stopping too, or does not know of such notices: it will see the connection end.
        }
    }

    /// <summary>What a plan follows from. Producers' ids and the like do not matter to it.</summary>
    private sealed record View(MetadataSnapshot Snapshot, ImmutableSortedSet<int> Able)
    {
        public static View Of(MetadataSnapshot snapshot, Func<BrokerInfo, bool> isAble) =>
            new(snapshot, [.. snapshot.Brokers.Values.Where(isAble).Select(static broker => broker.BrokerId)]);

        public bool IsSameAs(View? other) =>
            other is not null && ReferenceEquals(Snapshot.ByGroup, other.Snapshot.ByGroup) && Able.SetEquals(other.Able);
    }

    /// <summary>Tells a shard's replicas what is planned.</summary>
    private sealed class PreferWork(LeaderPlan plan) : IShardWork
    {
        public void Run(Shard shard) => Prefer(shard, plan);

        /// <summary>True where some were put off.</summary>
        public static bool Prefer(Shard shard, LeaderPlan plan)
        {
            var hasPutOff = false;
            foreach (var replica in shard.Replicas)
            {
                var (leader, canWait) = plan.LeaderOf(replica.Group);
                if (leader.IsNone || replica.IsStopped)
                {
                    continue;
                }

                if (canWait && !replica.IsQuiet && plan.CanLead(replica.PreferredLeader))
                {
                    hasPutOff = true;
                    continue;
                }

                Shard.Guard(replica, leader, static (told, preferred) => told.PreferLeader(preferred));
            }

            return hasPutOff;
        }
    }
}
