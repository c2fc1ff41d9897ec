using System.Diagnostics;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>Runs many seeds, several side by side, and reports them in their order.</summary>
internal sealed class RunVerb : IVerb
{
    public string Name => "run";

    public string Usage => "--seeds A..B [--jobs N]: runs each seed, prints each that breaks a promise, and the totals";

    public int Run(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(arguments, "--seeds", "--jobs");
        var (first, last) = parsed.Seeds("--seeds");
        var jobs = parsed.Number("--jobs", Environment.ProcessorCount);
        var watch = Stopwatch.StartNew();
        var total = new Statistics();
        var violations = 0;
        Parallelism.Run(
            first,
            last,
            jobs,
            static seed => Cluster.Run(seed, null),
            result =>
            {
                total.Add(result.Statistics);
                violations += Report.Violation(result) ? 1 : 0;
            });
        Report.Totals(last - first + 1, violations, total, watch.Elapsed);
        return violations == 0 ? 0 : 1;
    }
}
