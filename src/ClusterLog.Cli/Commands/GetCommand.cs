using System.CommandLine;
using System.Text;
using ClusterLog.Cli.Connection;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog get`: the latest record of a key.</summary>
internal static class GetCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var key = new Argument<string>("KEY") { Description = "The key", HelpName = "KEY" };
        var metadata = new Option<bool>("--show-metadata")
        {
            Description = "Print partition, offset and time before the value, with a tab after each",
        };
        var command = new CliCommand(
            "get",
            "Print the latest record of a key of a compacted topic",
            new("The value of a key", "clusterlog get users alice"),
            new("In a script", "clusterlog get users alice --output json | jq .value"))
        {
            topic, key, metadata,
        };
        command.Details =
            "The topic must have been created with --config cleanup=compact. The answer holds everything that was "
            + "acknowledged before the command began. Where the key has no record, or was deleted, nothing is printed and "
            + "the exit code is 1.";
        command.SetAction((parse, cancellationToken) => RunAsync(
            new CommandContext(host, parse),
            parse.GetRequiredValue(topic),
            parse.GetRequiredValue(key),
            parse.GetValue(metadata),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string topic, string key, bool showMetadata, CancellationToken cancellationToken)
    {
        var cluster = context.Connect();
        try
        {
            var found = await cluster.GetAsync(topic, Encoding.UTF8.GetBytes(key), cancellationToken);
            if (found is not { } record)
            {
                await context.Console.Error.WriteLineAsync(
                    $"error: KeyNotFound: Topic {topic} has no record of key '{key}', or it was deleted.");
                return ExitCode.Failed;
            }

            var output = new OutputBuffer(context.Console.Output);
            using IRecordWriter writer = context.Format == OutputFormat.Json
                ? new JsonRecordWriter(output)
                : new TextRecordWriter(output, keySeparator: null, showMetadata);
            writer.Write(record);
            await output.FlushAsync(cancellationToken);
            return ExitCode.Success;
        }
        finally
        {
            await Closing.DisposeAsync(cluster, context.Time);
        }
    }
}
