using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>The answer to <see cref="RequestFrame"/>; only the process that asked can take it.</summary>
internal sealed class ResponseFrame(World world, int from, int to, BrokerLife asker, long id, ReadOnlyMemory<byte> body)
    : Frame(world, from, to)
{
    protected override ulong Digest => 14 ^ ((ulong)id << 8);

    public override void Deliver(BrokerLife receiver)
    {
        if (ReferenceEquals(receiver, asker))
        {
            receiver.Mesh.OnResponse(id, body);
        }
    }

    public override string ToString() => $"response {id} of {body.Length} bytes";
}
