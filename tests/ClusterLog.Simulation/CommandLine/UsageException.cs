namespace ClusterLog.Simulation.CommandLine;

/// <summary>The arguments are not what the verb takes.</summary>
internal sealed class UsageException(string message) : Exception(message);
