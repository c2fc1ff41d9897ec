using System.CommandLine;
using ClusterLog.Cli.Parsing;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog consume`: a record is a line.</summary>
internal static class ConsumeCommand
{
    private const string UntilEnd = "end";

    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var from = Options.Create<StartPosition?>(
            "--from",
            "POSITION",
            "earliest, latest, an offset, a time (2026-01-31T12:00:00Z) or a time before now (-5m); "
            + "earliest when left out",
            StartPositionParser.Expected,
            (string text, out StartPosition? position) =>
            {
                var isPosition = StartPositionParser.TryParse(text, host.Time.GetUtcNow(), out var parsed);
                position = parsed;
                return isPosition;
            });
        from.CompletionSources.Add("earliest", "latest", "-5m", "-1h");
        var until = NewUntil();
        var follow =
            new Option<bool>("--follow", "-f") { Description = "Go on with new records as they come, until Ctrl-C" };
        var partition = Options.Integer("--partition", "Only this partition", 0);
        var max = Options.Long("--max", "Stop after so many records", 1);
        var reset = NewReset();
        var separator = Options.Text("--key-separator", "TEXT", "Print a record's key and TEXT before its value");
        var metadata = new Option<bool>("--show-metadata")
        {
            Description = "Print partition, offset and time before each record, with a tab after each",
        };
        var command = new CliCommand("consume", "Print the records of a topic, a line each", Examples)
        {
            topic, from, until, follow, partition, max, reset, separator, metadata,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetResult(until) is not null)
            {
                result.AddError("--follow goes on past the end, --until end stops there; use one of them.");
            }
        });
        command.Details =
            "Prints what is there and stops, or goes on with --follow. Each record is its value's bytes and "
            + "\\n, unchanged; with --output json an object a line, with valueBase64 instead of value where the "
            + "bytes are no UTF-8. Records of one partition come in order; those of different partitions come "
            + "as they arrive. With --follow, Ctrl-C is the normal end (exit code 0); before the end it was "
            + "asked for, it exits with 130.";
        command.SetAction((parse, cancellationToken) =>
        {
            var options = new ConsumeOptions
            {
                Topic = parse.GetRequiredValue(topic),
                From = parse.GetValue(from) ?? StartPosition.Earliest,
                Partitions = parse.GetValue(partition) is { } one ? [one] : null,
                UntilEnd = !parse.GetValue(follow),
                WhenOutOfRange = parse.GetValue(reset),
            };
            var layout = new RecordLayout(parse.GetValue(separator), parse.GetValue(metadata));
            var run = new ConsumeRun(
                new CommandContext(host, parse), options, layout, parse.GetValue(max) ?? long.MaxValue);
            return run.RunAsync(cancellationToken);
        });
        return command;
    }

    private static Option<string?> NewUntil()
    {
        var until = new Option<string?>("--until")
        {
            Description = "Stop at the end as it is when the command begins; implied unless --follow is given",
            HelpName = UntilEnd,
            CustomParser = result =>
                Options.Read(result, "'end'", (string text, out string? value) => (value = text) == UntilEnd),
        };
        until.CompletionSources.Add(UntilEnd);
        return until;
    }

    private static Option<OffsetResetPolicy> NewReset() => Options.Choice(
        "--reset",
        "Where to go on when records were deleted before they were read: the first or the last there are, or not at all",
        OffsetResetPolicy.Fail);

    private static readonly CommandExample[] Examples =
    [
        new("All there is", "clusterlog consume orders > orders.jsonl"),
        new("What is new, as it comes", "clusterlog consume orders --from latest --follow"),
        new("The last five minutes of one partition", "clusterlog consume orders --from -5m --partition 2"),
        new("Ten records with all that is known of them", "clusterlog consume orders --max 10 --output json"),
        new("Keys as they were produced", "clusterlog consume orders --key-separator :"),
        new("Over a gap, where retention was quicker", "clusterlog consume orders --follow --reset earliest"),
    ];
}
