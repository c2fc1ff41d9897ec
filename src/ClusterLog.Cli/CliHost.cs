using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli;

/// <summary>Everything from outside that commands use. A test puts its own in place of each.</summary>
internal sealed class CliHost
{
    /// <summary>The three standard streams.</summary>
    public required CliConsole Console { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where jitter and generated payloads come from.</summary>
    public int RandomSeed { get; init; } = 1;

    /// <summary>Makes a connection, which opens lazily.</summary>
    public Func<ClusterLogClientOptions, ICluster> Connect { get; init; } = options => new ClientCluster(options);
}
