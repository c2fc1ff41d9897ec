using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>Who looks after the cluster: replaces disks that are damaged.</summary>
internal sealed class Operator
{
    private readonly World _world;

    public Operator(World world)
    {
        _world = world;
    }

    /// <summary>A broker has found damage in its data.</summary>
    public void OnDamage(SimulatedBroker broker) =>
        _world.Trace.Note($"the operator hears of the damage of broker {broker.Id}");

    /// <summary>What is left to do, or null.</summary>
    public string? Missing()
    {
        foreach (var broker in _world.Brokers)
        {
            if (!broker.IsRunning)
            {
                return $"{broker} does not run";
            }
        }

        return null;
    }
}
