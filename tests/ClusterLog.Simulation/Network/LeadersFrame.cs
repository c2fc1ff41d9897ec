using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>A broker names a leader.</summary>
internal sealed class LeadersFrame(World world, int from, int to, LeaderAnnouncement leader) : Frame(world, from, to)
{
    protected override ulong Digest => 12 ^ (leader.Group.Value << 8) ^ (leader.Term.Value << 16);

    /// <summary>The mesh drops a connection over which it could not say so, and says it anew over the next.</summary>
    public override bool IsReliable => true;

    public override void Deliver(BrokerLife receiver)
    {
        if (leader.Leader.IsNone)
        {
            var peer = new ReplicaId(From);
            receiver.Leaders.ForgetLeader(leader.Group, peer);
            receiver.Post(leader.Group, new ReplicaStoppedWork(leader.Group, peer, leader.Term));
        }
        else
        {
            receiver.Leaders.Update(leader.Group, leader.Term, leader.Leader);
        }
    }

    public override string ToString() => $"group {leader.Group} is led by {leader.Leader} in term {leader.Term}";
}
