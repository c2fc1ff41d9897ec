using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>
/// `clusterlog topic delete`. It cannot be undone, so it asks, and where nobody can answer it wants --yes.
/// </summary>
internal static class TopicDeleteCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var yes =
            new Option<bool>("--yes", "-y") { Description = "Do not ask; needed where standard input is no terminal" };
        var command = new CliCommand(
            "delete",
            "Delete a topic and all of its records",
            new("Asks first", "clusterlog topic delete orders"),
            new("In a script", "clusterlog topic delete orders --yes"))
        {
            topic, yes,
        };
        command.Aliases.Add("rm");
        command.SetAction((parse, cancellationToken) => RunAsync(
            new CommandContext(host, parse), parse.GetRequiredValue(topic), parse.GetValue(yes), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string name, bool confirmed, CancellationToken cancellationToken)
    {
        if (!confirmed && !await ConfirmAsync(context, name, cancellationToken))
        {
            await context.Console.Error.WriteLineAsync("Nothing was deleted.");
            return ExitCode.Failed;
        }

        await using var cluster = context.Connect();
        await cluster.DeleteTopicAsync(name, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(new TopicDeletedJson(name))
            : $"Deleted topic {name}.\n";
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<bool> ConfirmAsync(
        CommandContext context, string name, CancellationToken cancellationToken)
    {
        if (!context.Console.IsInputTerminal)
        {
            throw new UsageException($"Deleting topic '{name}' needs --yes where nobody can be asked.");
        }

        var answer = await context.Console.AskAsync(
            $"Delete topic '{name}' and all of its records? [y/N] ", cancellationToken);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
