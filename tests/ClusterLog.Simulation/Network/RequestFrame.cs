using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>A broker asks another for a change of the metadata.</summary>
internal sealed class RequestFrame(World world, int from, int to, BrokerLife sender, long id, ReadOnlyMemory<byte> body)
    : Frame(world, from, to)
{
    protected override ulong Digest => 13 ^ ((ulong)id << 8);

    public override void Deliver(BrokerLife receiver) => receiver.Mesh.AnswerAsync(From, sender, id, body);

    public override string ToString() => $"request {id} of {body.Length} bytes";
}
