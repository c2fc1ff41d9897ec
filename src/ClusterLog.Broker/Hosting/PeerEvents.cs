using ClusterLog.Broker.Balancing;
using ClusterLog.Broker.Repair;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Hosting;

/// <summary>Passes what the peers say to whom it concerns: shards, leader table, metadata service.</summary>
internal sealed class PeerEvents : IPeerEvents
{
    private ShardSet _shards = null!;
    private PeerMesh _mesh = null!;
    private LeaderTable _leaders = null!;
    private PeerQuestions _questions = null!;
    private LeaderBalancer _balancer = null!;

    /// <summary>Ties the receivers, before the mesh is started.</summary>
    public void Attach(ShardSet shards, PeerMesh mesh, LeaderTable leaders, PeerQuestions questions, LeaderBalancer balancer)
    {
        _shards = shards;
        _mesh = mesh;
        _leaders = leaders;
        _questions = questions;
        _balancer = balancer;
    }

    public void OnMessage(GroupId group, RaftMessage message) => _shards.Post(group, new MessageWork(group, message));

    public void OnPeerUp(ReplicaId peer)
    {
        _balancer.OnPeerUp(peer);
        _shards.PostToAll(new PeerWork(peer, isUp: true));
        _shards.PostToAll(new SendLeadersWork(_mesh, peer));
    }

    public void OnPeerDown(ReplicaId peer)
    {
        _leaders.ForgetLeader(peer);
        _shards.PostToAll(new PeerWork(peer, isUp: false));
    }

    public void OnLeaders(ReplicaId peer, IReadOnlyList<LeaderAnnouncement> leaders)
    {
        foreach (var leader in leaders)
        {
            if (leader.Leader.IsNone)
            {
                _leaders.ForgetLeader(leader.Group, peer);
                _shards.Post(leader.Group, new ReplicaStoppedWork(leader.Group, peer, leader.Term));
            }
            else
            {
                _leaders.Update(leader.Group, leader.Term, leader.Leader);
            }
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(
        ReplicaId peer, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        _questions.OnRequestAsync(peer, request, cancellationToken);

    /// <summary>A peer that has just come up hears of every group that this broker leads and serves, or has given up.</summary>
    private sealed class SendLeadersWork(PeerMesh mesh, ReplicaId peer) : IShardWork
    {
        public void Run(Shard shard)
        {
            LeaderAnnouncement[] led =
            [
                .. shard.Replicas
                    .Where(replica => replica.IsReadyToServe || replica.IsStopped)
                    .Select(replica => new LeaderAnnouncement(replica.Group, replica.Term, replica.Leader)),
            ];
            if (led.Length > 0)
            {
                mesh.SendLeaders(peer, led);
            }
        }
    }
}
