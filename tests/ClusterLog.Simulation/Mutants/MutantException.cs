namespace ClusterLog.Simulation.Mutants;

/// <summary>A mutant could not be made: its patch does not fit, or what it makes does not build.</summary>
internal sealed class MutantException : Exception
{
    public MutantException(string message)
        : base(message)
    {
    }
}
