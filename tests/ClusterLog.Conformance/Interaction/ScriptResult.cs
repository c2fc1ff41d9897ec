namespace ClusterLog.Conformance.Interaction;

/// <summary>What became of a script.</summary>
/// <param name="Compared">How many states and outputs agreed.</param>
/// <param name="Difference">The first thing that did not; null when all agreed.</param>
internal sealed record ScriptResult(int Compared, string? Difference)
{
    /// <summary>True when something was compared, and all of it agreed.</summary>
    public bool Passed => Difference is null && Compared > 0;
}
