namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// A promise of the product is broken. Thrown by whoever notices; it ends the simulation, even where the product's own
/// guards catch it on its way: the first one of a thread's simulation is kept.
/// </summary>
internal sealed class ViolationException : Exception
{
    [ThreadStatic]
    private static ViolationException? _first;

    /// <param name="invariant">Its short name, by which a shrinker knows it again.</param>
    /// <param name="message">Who broke it, with what was expected and what was found.</param>
    public ViolationException(string invariant, string message)
        : base(message)
    {
        Invariant = invariant;
        _first ??= this;
    }

    /// <summary>The first of this thread since <see cref="Forget"/>.</summary>
    public static ViolationException? First => _first;

    public string Invariant { get; }

    public static void Forget() => _first = null;
}
