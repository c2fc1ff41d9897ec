using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Traces;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>A message between replicas.</summary>
internal sealed class RaftFrame(World world, int from, int to, GroupId group, RaftMessage message)
    : Frame(world, from, to)
{
    protected override ulong Digest =>
        MessageDigest.Of(message) ^ (group.Value << 40);

    public override void Deliver(BrokerLife receiver) => receiver.Post(group, new MessageWork(group, message));

    public override string ToString() =>
        $"group {group}: {message.From} to {message.To}, {MessageText.Of(message)}";
}
