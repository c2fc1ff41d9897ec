using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog cluster`: what the brokers say about themselves.</summary>
internal static class ClusterCommand
{
    /// <summary>Builds the group.</summary>
    public static Command Create(CliHost host) =>
        new CliCommand("cluster", "Look at the cluster itself", StatusExamples)
    {
        CreateStatus(host),
    };

    private static readonly CommandExample[] StatusExamples =
    [
        new("Is it well?", "clusterlog cluster status"),
        new("Every replica on a line of its own", "clusterlog cluster status --replicas"),
        new("In a script", "clusterlog cluster status -o json | jq .isHealthy"),
    ];

    private static CliCommand CreateStatus(CliHost host)
    {
        var replicas =
            new Option<bool>("--replicas", "-r") { Description = "Show each replica, not only those that differ" };
        var command = new CliCommand(
            "status", "Show brokers, groups, leaders, and whether replicas are equal", StatusExamples)
        {
            replicas,
        };
        command.Details =
            "Exits with 0 when every broker answers, every group has a leader, no replica has failed, and "
            + "replicas at the same offset have the same checksum; otherwise with 1. A replica that is behind "
            + "is shown, and is no failure. Takes few seconds when a broker does not answer.";
        command.SetAction((parse, cancellationToken) =>
            RunAsync(new CommandContext(host, parse), parse.GetValue(replicas), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, bool showReplicas, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var status = await cluster.GetClusterStatusAsync(cancellationToken);
        var health = ClusterHealth.Of(status);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(StatusJson.From(status, health))
            : StatusText.Write(status, health, context.Console.Palette, showReplicas);
        await context.Console.WriteAsync(text, cancellationToken);
        return health.IsHealthy ? ExitCode.Success : ExitCode.Failed;
    }
}
