namespace ClusterLog.Simulation.Worlds;

/// <summary>Something that happens at a moment of virtual time.</summary>
internal interface IScheduled
{
    void Run();
}
