using ClusterLog.Broker.Peers;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>A broker names a leader.</summary>
internal sealed class LeadersFrame(World world, int from, int to, LeaderAnnouncement leader) : Frame(world, from, to)
{
    protected override ulong Digest => 12 ^ (leader.Group.Value << 8) ^ (leader.Term.Value << 16);

    public override void Deliver(BrokerLife receiver) =>
        receiver.Leaders.Update(leader.Group, leader.Term, leader.Leader);

    public override string ToString() => $"group {leader.Group} is led by {leader.Leader} in term {leader.Term}";
}
