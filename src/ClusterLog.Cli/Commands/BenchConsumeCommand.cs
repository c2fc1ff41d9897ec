using System.CommandLine;
using ClusterLog.Cli.Parsing;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog bench consume`.</summary>
internal static class BenchConsumeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Option(host);
        var count = Options.Long(
            "--count", "Stop after so many records, waiting for them if need be; the whole topic when left out", 1);
        var from = Options.Create<StartPosition?>(
            "--from",
            "POSITION",
            "Where to start, as with `clusterlog consume`; earliest when left out",
            StartPositionParser.Expected,
            (string text, out StartPosition? position) =>
            {
                var isPosition = StartPositionParser.TryParse(text, host.Time.GetUtcNow(), out var parsed);
                position = parsed;
                return isPosition;
            });
        var command = new CliCommand(
            "consume",
            "Consume records and measure how fast they come",
            new("All there is", "clusterlog bench consume --topic bench"),
            new(
                "How late records come that are produced now",
                "clusterlog bench consume --topic bench --from latest --count 100000"))
        {
            topic, count, from,
        };
        command.SetAction((parse, cancellationToken) =>
        {
            var options = new ConsumeOptions
            {
                Topic = parse.GetRequiredValue(topic),
                From = parse.GetValue(from) ?? StartPosition.Earliest,
                UntilEnd = parse.GetValue(count) is null,
            };
            return new BenchConsumeRun(new CommandContext(host, parse), options, parse.GetValue(count) ?? long.MaxValue)
                .RunAsync(cancellationToken);
        });
        return command;
    }
}
