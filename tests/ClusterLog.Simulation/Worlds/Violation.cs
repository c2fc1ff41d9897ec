namespace ClusterLog.Simulation.Worlds;

/// <summary>What broke, and when.</summary>
/// <param name="Invariant">The short name of the promise.</param>
/// <param name="Step">The event, counted from the start, in which it was noticed.</param>
/// <param name="Time">The virtual time of that event, in microseconds.</param>
internal sealed record Violation(string Invariant, string Message, long Step, long Time);
