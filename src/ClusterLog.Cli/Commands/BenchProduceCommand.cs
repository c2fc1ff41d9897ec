using System.CommandLine;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog bench produce`.</summary>
internal static class BenchProduceCommand
{
    private const int DefaultRecordBytes = 1024;
    private const long DefaultCount = 100_000;
    private const int ConnectionsMax = 1_000;

    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var topic = TopicArgument.Option(host);
        var size = Options.Size(
            "--record-size", "Bytes of each value; 1024 when left out", 0, ProtocolLimits.RecordBytesMax);
        var count = Options.Long("--count", "How many records; 100000 when left out", 1);
        var partitions = Options.Integer(
            "--partitions", "Partitions of the topic, if it has to be created", 1, 100_000);
        var replicas = Options.Integer("--replicas", "Replicas of the topic, if it has to be created", 1, 100);
        var connections = Options.Integer(
            "--connections",
            "How many producers, each with connections of its own; 1 when left out",
            1,
            ConnectionsMax);
        var buffer = Options.Size(
            "--buffer-bytes",
            "Most bytes of a producer that wait for an acknowledgement; 64MiB when left out",
            1024,
            int.MaxValue);
        var settings = new ProduceSettings();
        var command = new CliCommand("produce", "Produce generated records and measure their acknowledgement", Examples)
        {
            topic, size, count, partitions, replicas, connections, buffer,
        };
        command.Details =
            "Creates the topic if it does not exist. Latency counts from handing a record to the producer to "
            + "its acknowledgement; with --rate from the moment it should have been handed over, so that a "
            + "stall counts for all that it delayed. Without --rate the producer's buffer is always full, and "
            + "latency shows mostly how long that queue is: for latency, use --rate.";
        settings.All.ToList().ForEach(command.Options.Add);
        command.SetAction((parse, cancellationToken) =>
        {
            var request = new BenchProduceRequest(
                parse.GetRequiredValue(topic),
                parse.GetValue(size) ?? DefaultRecordBytes,
                parse.GetValue(count) ?? DefaultCount,
                parse.GetValue(partitions) ?? 0,
                parse.GetValue(replicas) ?? 0,
                parse.GetValue(connections) ?? 1,
                settings.Rate(parse),
                settings.ProducerOptions(parse, parse.GetValue(buffer)));
            return new BenchProduceRun(new CommandContext(host, parse), request).RunAsync(cancellationToken);
        });
        return command;
    }

    private static readonly CommandExample[] Examples =
    [
        new("Throughput", "clusterlog bench produce --topic bench --partitions 12 --record-size 1024 --count 500000"),
        new("Latency under an even load", "clusterlog bench produce --topic bench --rate 20000 --count 200000"),
        new("A figure for a script", "clusterlog bench produce --topic bench -o json | jq .latencyMs.p99"),
    ];
}
