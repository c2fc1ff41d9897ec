using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog topic list`.</summary>
internal static class TopicListCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var command = new CliCommand(
            "list",
            "List all topics",
            new("For people", "clusterlog topic list"),
            new("The names alone", "clusterlog topic list --output json | jq -r '.topics[].name'"));
        command.Aliases.Add("ls");
        command.SetAction((parse, cancellationToken) => RunAsync(new CommandContext(host, parse), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var topics = (await cluster.ListTopicsAsync(cancellationToken))
            .OrderBy(topic => topic.Name, StringComparer.Ordinal)
            .ToArray();
        if (context.Format == OutputFormat.Json)
        {
            await context.Console.WriteAsync(CliJson.Write(TopicListJson.From(topics)), cancellationToken);
        }
        else if (topics.Length == 0)
        {
            // On standard error: to a script that counts lines, no topics are no lines.
            await context.Console.Error.WriteLineAsync("No topics yet. Create one: clusterlog topic create NAME");
        }
        else
        {
            await context.Console.WriteAsync(TopicText.List(topics, context.Console.Palette), cancellationToken);
        }

        return ExitCode.Success;
    }
}
