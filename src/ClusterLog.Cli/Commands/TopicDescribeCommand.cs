using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog topic describe`.</summary>
internal static class TopicDescribeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var command = new CliCommand(
            "describe",
            "Show a topic's partitions: leader, replicas, offsets",
            new("For people", "clusterlog topic describe orders"),
            new(
                "How many records",
                "clusterlog topic describe orders -o json | jq '[.partitions[].latestOffset] | add'"))
        {
            topic,
        };
        command.SetAction((parse, cancellationToken) =>
            RunAsync(new CommandContext(host, parse), parse.GetRequiredValue(topic), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var topic = await cluster.DescribeTopicAsync(name, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(TopicJson.From(topic))
            : TopicText.Describe(topic, context.Console.Palette);
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
