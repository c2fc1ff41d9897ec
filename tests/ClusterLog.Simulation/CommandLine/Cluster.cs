using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>The clients and observers of every simulation that this program runs.</summary>
internal static class Cluster
{
    public static Func<World, IWorkload>? Workload { get; }
}
