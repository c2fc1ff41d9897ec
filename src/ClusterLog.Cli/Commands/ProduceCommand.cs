using System.CommandLine;
using ClusterLog.Cli.Records;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog produce`: a line is a record.</summary>
internal static class ProduceCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var file = Options.Text(
            "--file", "FILE", "Read lines from this file; from standard input when left out or '-'");
        var separator = Options.Text(
            "--key-separator", "TEXT", "What stands before the first TEXT in a line is the key");
        var partition = Options.Integer("--partition", "Send every record to this partition", 0);
        var settings = new ProduceSettings();
        var command = new CliCommand(
            "produce",
            "Produce records to a topic, a line each",
            new("A file", "clusterlog produce orders --file orders.jsonl"),
            new("A pipe, with keys: 'customer-7:...'", "generate-orders | clusterlog produce orders --key-separator :"),
            new("A thousand a second", "clusterlog produce orders --file orders.jsonl --rate 1000"),
            new("A figure for a script", "clusterlog produce orders --file f -o json | jq .recordsPerSecond"))
        {
            topic, file, separator, partition,
        };
        command.Details =
            "Lines end at \\n; nothing else is stripped, so that consuming gives the same bytes back. Lines "
            + "without a key go to one partition at a time, and stay in order there. A record that could not be "
            + "delivered ends the command with exit code 1, a line too long for a record does so at the end of "
            + "the input. Ctrl-C flushes what was read, for at most 10 seconds, and exits with 130.";
        settings.All.ToList().ForEach(command.Options.Add);
        command.SetAction((parse, cancellationToken) =>
        {
            var request = new ProduceRequest(
                parse.GetRequiredValue(topic),
                parse.GetValue(partition),
                parse.GetValue(separator) is { } text ? new KeySplitter(text) : null,
                settings.Rate(parse),
                settings.ProducerOptions(parse));
            var run = new ProduceRun(new CommandContext(host, parse), request, parse.GetValue(file));
            return run.RunAsync(cancellationToken);
        });
        return command;
    }
}
