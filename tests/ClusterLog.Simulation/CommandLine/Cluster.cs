using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Shrinking;
using ClusterLog.Simulation.Workload;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>Every simulation that this program runs: its faults, its clients, and those who watch.</summary>
internal static class Cluster
{
    /// <summary>Runs all that a seed draws.</summary>
    public static SimulationResult Run(ulong seed, TextWriter? text)
    {
        var scenario = Scenario.Of(seed);
        return Run(scenario, scenario.All, text);
    }

    /// <summary>Runs a part of what a seed draws.</summary>
    public static SimulationResult Run(Scenario scenario, IReadOnlyList<ScenarioPart> kept, TextWriter? text)
    {
        var parts = kept.ToHashSet();
        return Simulator.Run(scenario.Seed, scenario.FaultsOf(parts), text, world => Start(world, scenario.WorkloadOf(parts)));
    }

    private static ClusterWorkload Start(World world, WorkloadPlan plan)
    {
        var checker = new InvariantChecker();
        world.Observe(new InvariantObserver(checker));
        return new ClusterWorkload(plan, checker);
    }
}
