namespace ClusterLog.Simulation.Faults;

/// <summary>
/// Everything that is to go wrong in a simulation, in the order of time. Immutable: a shrinker makes smaller ones.
/// </summary>
internal sealed record FaultPlan(IReadOnlyList<PlannedFault> Faults)
{
    public static FaultPlan None { get; } = new([]);
}
