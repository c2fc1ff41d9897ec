using System.CommandLine;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog bench`: how fast this cluster is, from here.</summary>
internal static class BenchCommand
{
    /// <summary>Builds the group.</summary>
    public static Command Create(CliHost host) => new CliCommand(
        "bench",
        "Measure throughput and latency",
        new(
            "Half a million records of 1 KiB",
            "clusterlog bench produce --topic bench --record-size 1024 --count 500000"),
        new("And back", "clusterlog bench consume --topic bench"))
    {
        BenchProduceCommand.Create(host),
        BenchConsumeCommand.Create(host),
    };
}
