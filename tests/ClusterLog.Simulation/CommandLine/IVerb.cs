namespace ClusterLog.Simulation.CommandLine;

/// <summary>One thing that the program can do.</summary>
internal interface IVerb
{
    string Name { get; }

    /// <summary>Its arguments and what it does, on one line.</summary>
    string Usage { get; }

    /// <summary>Does it; returns the exit code: 0 good, 1 something is broken, 2 wrong arguments.</summary>
    int Run(IReadOnlyList<string> arguments);
}
