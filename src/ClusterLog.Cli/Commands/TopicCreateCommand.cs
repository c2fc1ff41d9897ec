using System.CommandLine;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

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
        var config = TopicConfigOption.New();
        var command = new CliCommand(
            "create",
            "Create a topic",
            new("With the broker's defaults", "clusterlog topic create orders"),
            new("6 partitions, each on 3 brokers", "clusterlog topic create orders --partitions 6 --replicas 3"),
            new(
                "At most 64 MiB and a week of each partition",
                "clusterlog topic create logs --config retention.bytes=64MiB --config retention.time=7d"))
        {
            topic, partitions, replicas, config,
        };
        command.Details = TopicConfigOption.Details;
        command.SetAction((parse, cancellationToken) => RunAsync(
            new CommandContext(host, parse),
            parse.GetRequiredValue(topic),
            new CreateTopicOptions
            {
                Partitions = parse.GetValue(partitions) ?? 0,
                Replicas = parse.GetValue(replicas) ?? 0,
                Config = parse.GetValue(config) ?? new Dictionary<string, string>(),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string name, CreateTopicOptions options, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var topic = await cluster.CreateTopicAsync(name, options, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(TopicJson.From(topic))
            : $"Created topic {context.Console.Palette.Paint(Tone.Strong, topic.Name)}: "
                + $"{HumanFormat.Count(topic.Partitions.Count, "partition")}, "
                + $"{HumanFormat.Count(topic.ReplicaCount, "replica")}.\n";
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
