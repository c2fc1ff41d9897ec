using System.CommandLine;
using System.Globalization;
using ClusterLog.Cli.Output;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog partition`: which brokers hold a partition.</summary>
internal static class PartitionCommand
{
    private static readonly CommandExample[] Examples =
    [
        new("Partition 3 to brokers 1, 4 and 5", "clusterlog partition move orders 3 --to 1,4,5"),
        new("How far is it?", "clusterlog partition moves"),
        new("Back to where it was", "clusterlog partition cancel orders 3"),
    ];

    /// <summary>Builds the group.</summary>
    public static Command Create(CliHost host) =>
        new CliCommand("partition", "Move partitions between brokers, and see how far they are", Examples)
    {
        CreateMove(host),
        CreateCancel(host),
        CreateMoves(host),
    };

    private static CliCommand CreateMove(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var partition = NewPartition();
        var to = Options.Create<int[]?>(
            "--to",
            "BROKERS",
            "The brokers to hold it, the preferred leader first",
            "ids of brokers, separated by commas, each once",
            TryParseBrokers);
        to.Required = true;
        var command = new CliCommand("move", "Have a partition held by other brokers", Examples[0]) { topic, partition, to };
        command.Details =
            "Ends once that is decided; the move itself takes as long as new replicas need to fill themselves, which "
            + "'clusterlog partition moves' shows. The partition serves all the while.";
        command.SetAction((parse, cancellationToken) => ChangeAsync(
            new CommandContext(host, parse),
            new TopicPartition(parse.GetRequiredValue(topic), parse.GetRequiredValue(partition)),
            [.. parse.GetRequiredValue(to)!.Select(static broker => new BrokerId(broker))],
            cancellationToken));
        return command;
    }

    private static CliCommand CreateCancel(CliHost host)
    {
        var topic = TopicArgument.Existing(host);
        var partition = NewPartition();
        var command = new CliCommand("cancel", "Take a partition back to where it was before its move", Examples[2])
        {
            topic, partition,
        };
        command.SetAction((parse, cancellationToken) => ChangeAsync(
            new CommandContext(host, parse),
            new TopicPartition(parse.GetRequiredValue(topic), parse.GetRequiredValue(partition)),
            [],
            cancellationToken));
        return command;
    }

    private static CliCommand CreateMoves(CliHost host)
    {
        var command = new CliCommand("moves", "Show the partitions that move", Examples[1]);
        command.SetAction((parse, cancellationToken) => ShowAsync(new CommandContext(host, parse), cancellationToken));
        return command;
    }

    private static Argument<int> NewPartition() => new("partition") { Description = "The partition's number, from 0" };

    private static bool TryParseBrokers(string text, out int[]? brokers)
    {
        var parts = text.Split(',');
        brokers = [.. parts.Select(static part =>
            int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var broker) ? broker : 0)];
        return brokers.All(static broker => broker >= 1) && brokers.Distinct().Count() == brokers.Length;
    }

    private static async Task<int> ChangeAsync(
        CommandContext context, TopicPartition partition, BrokerId[] brokers, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        await (brokers.Length == 0
            ? cluster.CancelMoveAsync(partition, cancellationToken)
            : cluster.MovePartitionAsync(partition, brokers, cancellationToken));
        var to = string.Join(", ", brokers.Select(static broker => broker.Value));
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(new PartitionMovedJson(partition.Topic, partition.Partition, [.. brokers.Select(static broker => broker.Value)]))
            : brokers.Length == 0 ? $"{partition.Topic}/{partition.Partition} goes back to where it was\n"
            : $"{partition.Topic}/{partition.Partition} goes to brokers {to}\n";
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = context.Connect();
        var moves = await cluster.ListMovesAsync(cancellationToken);
        var text = context.Format == OutputFormat.Json
            ? CliJson.Write(MovesJson.From(moves))
            : MovesText.Write(moves, context.Console.Palette, "No partition moves.");
        await context.Console.WriteAsync(text, cancellationToken);
        return ExitCode.Success;
    }
}
