using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>Something that is done to a world, step by step; the world ends with the last one.</summary>
internal abstract class RotScript : IWorkload
{
    private bool _isDone;

    /// <summary>Set before the first step.</summary>
    protected RotCluster Cluster { get; private set; } = null!;

    protected World World => Cluster.World;

    /// <inheritdoc/>
    public void Start(World world)
    {
        Cluster = new RotCluster(world);
        RunAsync();
    }

    /// <inheritdoc/>
    public string? MissingForLiveness(World world) => _isDone ? null : $"still waiting until {Cluster.Waiting}";

    /// <inheritdoc/>
    public virtual void OnBrokerStarted(Brokers.SimulatedBroker broker)
    {
    }

    /// <inheritdoc/>
    public virtual void OnBrokerStopped(Brokers.SimulatedBroker broker, bool diskLost)
    {
        if (diskLost)
        {
            throw new ViolationException(RotVerdict.Unrepaired, $"{broker} cannot start from its disk, and needs a person");
        }
    }

    /// <inheritdoc/>
    public virtual void OnReplicaFailed(Brokers.SimulatedBroker broker, Exception? reason)
    {
    }

    protected abstract Task ScriptAsync();

    // What is thrown here comes out of the event that goes on with it, and ends the simulation.
    private async void RunAsync()
    {
        await ScriptAsync();
        _isDone = true;
    }
}
