using System.CommandLine;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog topic create`.</summary>
internal static class TopicCreateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.New();
        var partitions = Options.Integer(
            "--partitions", "How many partitions; the broker's default when left out", 1, 100_000);
        var replicas = Options.Integer(
            "--replicas", "On how many brokers each partition is; the broker's default when left out", 1, 100);
        var command = new CliCommand(
            "create",
            "Create a topic",
            new("With the broker's defaults", "clusterlog topic create orders"),
            new("6 partitions, each on 3 brokers", "clusterlog topic create orders --partitions 6 --replicas 3"))
        {
            topic, partitions, replicas,
        };
        command.SetAction((parse, cancellationToken) => RunAsync(
            new CommandContext(host, parse),
            parse.GetRequiredValue(topic),
            parse.GetValue(partitions) ?? 0,
            parse.GetValue(replicas) ?? 0,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string name, int partitions, int replicas, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var topic = await cluster.CreateTopicAsync(name, partitions, replicas, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(TopicJson.From(topic))
            : $"Created topic {context.Console.Palette.Paint(Tone.Strong, topic.Name)}: "
                + $"{HumanFormat.Count(topic.Partitions.Count, "partition")}, "
                + $"{HumanFormat.Count(topic.ReplicaCount, "replica")}.\n";
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
