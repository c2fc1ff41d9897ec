using System.Globalization;
using ClusterLog.Simulation.Shrinking;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>Runs one seed again, with a trace to read where it is asked for.</summary>
internal sealed class ReplayVerb : IVerb
{
    public string Name => "replay";

    public string Usage => "SEED [--trace FILE] [--keep PARTS]: runs one seed, prints its trace's hash, and writes what happened";

    public int Run(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(arguments, "--trace", "--keep");
        var seed = parsed.Seed();
        using var text = parsed.Option("--trace") is { } path ? new StreamWriter(path) : null;
        var scenario = Scenario.Of(seed);
        var kept = parsed.Option("--keep");
        var result = Cluster.Run(scenario, kept is null ? scenario.All : scenario.Parse(kept), text);
        var time = (result.Statistics.Microseconds / 1e6).ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"seed={seed} hash={result.Hash:x16} steps={result.Statistics.Steps} simulated_seconds={time}");
        return Report.Violation(result, kept) ? 1 : 0;
    }
}
