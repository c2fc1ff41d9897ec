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
        config.Required = true;
        var command = new CliCommand(
            "alter",
            "Change settings of a topic while it is in use",
            new("Keep a day", "clusterlog topic alter logs --config retention.time=1d"),
            new("Keep everything again", "clusterlog topic alter logs --config retention.time=default"))
        {
            topic, config,
        };
        command.Details = "Only the settings that are named change. " + TopicConfigOption.Settings
            + "; 'default' stands for each one's default. durability stays as it was created, and a topic that is "
            + "compacted stays so.";
        command.SetAction((parse, cancellationToken) => RunAsync(
            new CommandContext(host, parse),
            parse.GetRequiredValue(topic),
            parse.GetRequiredValue(config) ?? [],
            cancellationToken));
        return command;
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
