using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>A broker's sign of life.</summary>
internal sealed class BeatFrame(World world, int from, int to) : Frame(world, from, to)
{
    protected override ulong Digest => 11;

    public override void Deliver(BrokerLife receiver)
    {
        // That it came is all that it says.
    }

    public override string ToString() => "beat";
}
