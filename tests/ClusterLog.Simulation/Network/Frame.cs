using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>
/// What one broker sends to another, on its way. Arrives as often as it was scheduled, so it keeps no state of that.
/// </summary>
internal abstract class Frame(World world, int from, int to) : IScheduled
{
    public int From => from;

    public int To => to;

    /// <summary>Which of the sender's processes it is from.</summary>
    public int Session { get; } = world.Broker(from).Starts;

    /// <summary>Sent again until it arrives, or until one of both processes is gone, as on a connection.</summary>
    public virtual bool IsReliable => false;

    /// <summary>The frame arrives: at the process that runs by then, whichever it was sent to.</summary>
    public void Run()
    {
        var broker = world.Broker(to);
        if (broker.Life is not { } life || world.Network.IsCut(from, to))
        {
            world.Network.Lose(this);
            return;
        }

        if (broker.IsPaused)
        {
            world.At(broker.PausedUntil, this);
            return;
        }

        world.Trace.Mix(((ulong)from << 8) ^ (ulong)to ^ (Digest << 16));
        world.Trace.Note($"{from} -> {to} {this}");
        life.Mesh.OnFrame(this);
    }

    /// <summary>What the trace keeps of the frame.</summary>
    protected abstract ulong Digest { get; }

    public abstract void Deliver(BrokerLife receiver);
}
