using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog rebalance`.</summary>
internal static class RebalanceCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var execute = new Option<bool>("--execute") { Description = "Move them; without it they are only shown" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would move, as without any option" };
        var command = new CliCommand(
            "rebalance",
            "Level the brokers: racks for each partition, then replicas for each broker",
            new("What would move?", "clusterlog rebalance --dry-run"),
            new("Move it", "clusterlog rebalance --execute"))
        {
            execute, dryRun,
        };
        command.Details =
            "The cluster moves a few partitions at a time, and goes on with that by itself until the brokers are level; "
            + "'clusterlog partition moves' shows those under way.";
        command.Validators.Add(result =>
        {
            if (result.GetValue(execute) && result.GetValue(dryRun))
            {
                result.AddError("--execute and --dry-run exclude each other.");
            }
        });
        command.SetAction((parse, cancellationToken) =>
            RunAsync(new CommandContext(host, parse), parse.GetValue(execute), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool execute, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var moves = await cluster.RebalanceAsync(execute, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(MovesJson.From(moves))
            : MovesText.Write(moves, context.Console.Palette, "The brokers are level: nothing is to move.");
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
