using System.CommandLine;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog topic alter`.</summary>
internal static class TopicAlterCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var config = TopicConfigOption.New();
        var partitions = Options.Integer("--partitions", "How many partitions it is to have, at least as many as it has", 1);
        var replicas = Options.Integer("--replicas", "On how many brokers each partition is to be", 1);
        var command = new CliCommand(
            "alter",
            "Change settings of a topic, or its size, while it is in use",
            new("Keep a day", "clusterlog topic alter logs --config retention.time=1d"),
            new("Keep everything again", "clusterlog topic alter logs --config retention.time=default"),
            new("More of it", "clusterlog topic alter logs --partitions 12 --replicas 3"))
        {
            topic, config, partitions, replicas,
        };
        command.Details = "Only the settings that are named change. " + TopicConfigOption.Settings
            + "; 'default' stands for each one's default. durability stays as it was created, and a topic that is "
            + "compacted stays so. With more partitions most keys go to another partition than before, and are in order "
            + "only from then on; no partition is ever taken away. Replicas come and go a few partitions at a time.";
        command.Validators.Add(result =>
        {
            if (result.GetResult(config) is null && result.GetResult(partitions) is null && result.GetResult(replicas) is null)
            {
                result.AddError("Nothing is to change: give --config, --partitions or --replicas.");
            }
        });
        command.SetAction(async (parse, cancellationToken) =>
        {
            var context = new CommandContext(host, parse);
            var name = parse.GetRequiredValue(topic);
            if (parse.GetValue(partitions) is not null || parse.GetValue(replicas) is not null)
            {
                await ResizeAsync(context, name, parse.GetValue(partitions), parse.GetValue(replicas), cancellationToken);
            }

            return parse.GetValue(config) is { Count: > 0 } settings
                ? await RunAsync(context, name, settings, cancellationToken)
                : ExitCode.Success;
        });
        return command;
    }

    private static async Task ResizeAsync(
        CommandContext context, string name, int? partitions, int? replicas, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        await cluster.ResizeTopicAsync(name, partitions, replicas, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(new TopicResizedJson(name, partitions, replicas))
            : $"Resized topic {name}:{(partitions is { } more ? $" {more} partitions" : "")}{(replicas is { } copies ? $" {copies} replicas of each" : "")}\n";
        await context.Console.WriteAsync(text, cancellationToken);
    }

    private static async Task<int> RunAsync(
        CommandContext context, string name, Dictionary<string, string> config, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var settings = await cluster.AlterTopicAsync(name, config, cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(new TopicAlteredJson(name, new Dictionary<string, string>(settings)))
            : $"Altered topic {name}: {TopicText.Settings(settings)}\n";
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
