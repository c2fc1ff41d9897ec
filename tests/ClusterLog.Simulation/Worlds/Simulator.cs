using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Traces;

namespace ClusterLog.Simulation.Worlds;

/// <summary>Runs one seed from beginning to end. The same seed and plan give the same result, always.</summary>
internal static class Simulator
{
    /// <param name="plan">The faults; null for those that the seed draws.</param>
    /// <param name="text">Where the readable trace goes; null for none.</param>
    /// <param name="workload">Makes the clients, with what else observes; null for none.</param>
    public static SimulationResult Run(
        ulong seed, FaultPlan? plan, TextWriter? text, Func<World, IWorkload>? workload)
    {
        var settings = new WorldSettings(SimulatedRandom.For(seed, (ulong)RandomStream.Settings));
        plan ??= FaultPlanner.Draw(SimulatedRandom.For(seed, (ulong)RandomStream.Faults), settings);
        var trace = new Trace(text);
        var world = new World(seed, settings, plan, trace);
        var violation = world.Run(workload?.Invoke(world));
        return new SimulationResult(seed, trace.Hash, violation, world.Statistics, plan);
    }
}
