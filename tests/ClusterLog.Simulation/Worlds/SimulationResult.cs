using ClusterLog.Simulation.Faults;

namespace ClusterLog.Simulation.Worlds;

/// <summary>How a simulation ended.</summary>
/// <param name="Hash">Of everything that happened, in order: equal for equal seeds and plans.</param>
/// <param name="Violation">Null when every promise was kept.</param>
/// <param name="Plan">The faults that were planned.</param>
internal sealed record SimulationResult(
    ulong Seed, ulong Hash, Violation? Violation, Statistics Statistics, FaultPlan Plan);
