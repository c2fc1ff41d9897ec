using ClusterLog.Simulation.Shrinking;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>Finds a small part of a failing seed's plan that breaks the same promise.</summary>
internal sealed class ShrinkVerb : IVerb
{
    private const int RunsMax = 2000;

    public string Name => "shrink";

    public string Usage => "SEED [--runs N]: leaves out faults, clients and changes as long as the same promise breaks";

    public int Run(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(arguments, "--runs");
        var seed = parsed.Seed();
        var scenario = Scenario.Of(seed);
        var whole = Cluster.Run(scenario, scenario.All, null);
        if (whole.Violation is not { } violation)
        {
            Console.WriteLine($"seed {seed} breaks no promise");
            return 0;
        }

        var shrinker = new Shrinker<ScenarioPart>(
            kept => Cluster.Run(scenario, kept, null).Violation?.Invariant == violation.Invariant,
            parsed.Number("--runs", RunsMax));
        var kept = shrinker.Shrink(scenario.All);
        var result = Cluster.Run(scenario, kept, null);
        Console.WriteLine($"{kept.Count} of {scenario.All.Count} parts are left after {shrinker.Runs} runs:");
        foreach (var part in kept)
        {
            Console.WriteLine($"  {scenario.Describe(part)}");
        }

        Report.Violation(result, Scenario.Format(kept));
        return 1;
    }
}
