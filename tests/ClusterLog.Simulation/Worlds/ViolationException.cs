namespace ClusterLog.Simulation.Worlds;

/// <summary>A promise of the product is broken. Thrown by whoever notices; it ends the simulation.</summary>
internal sealed class ViolationException : Exception
{
    /// <param name="invariant">Its short name, by which a shrinker knows it again.</param>
    public ViolationException(string invariant, string message)
        : base(message) => Invariant = invariant;

    public string Invariant { get; }
}
