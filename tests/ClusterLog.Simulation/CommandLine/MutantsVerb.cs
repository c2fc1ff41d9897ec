using System.Globalization;
using ClusterLog.Simulation.Mutants;
using ClusterLog.Testing;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>
/// Puts bugs back into copies of the source, one at a time, and runs seeds until the simulator notices: a simulator that
/// cannot find known bugs would find no unknown ones either.
/// </summary>
internal sealed class MutantsVerb : IVerb
{
    private const int SeedsMax = 2_000;

    public string Name => "mutants";

    public string Usage
        => "[--only PART,…] [--seeds-max N] [--jobs N]: builds each mutant of the source and runs seeds until it is caught";

    public int Run(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(arguments, "--only", "--seeds-max", "--jobs");
        var parts = parsed.Option("--only")?.Split(',') ?? [""];
        var mutants = Mutant.FindAll(RepositoryRoot.Path)
            .Where(mutant => parts.Any(part => mutant.Name.Contains(part, StringComparison.Ordinal)))
            .ToList();
        var hunt = new MutantHunt(
            (ulong)parsed.Number("--seeds-max", SeedsMax), parsed.Number("--jobs", Environment.ProcessorCount));
        using var workspace = new MutantWorkspace(RepositoryRoot.Path);
        return RunAsync(workspace, hunt, mutants).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(MutantWorkspace workspace, MutantHunt hunt, List<Mutant> mutants)
    {
        var results = new List<MutantResult>();
        var control = await workspace.BuildControlAsync();
        var next = MakeAsync(workspace, mutants, 0);
        for (var i = 0; i < mutants.Count; i++)
        {
            // The next mutant is built while the seeds of this one run.
            var (program, error) = await next;
            next = MakeAsync(workspace, mutants, i + 1);
            var result = program is null
                ? new MutantResult(mutants[i], null, error!, 0)
                : await hunt.RunAsync(mutants[i], program);
            Print(result);
            results.Add(result);
        }

        await next;
        var caught = results.Where(result => result.Seed is not null).ToList();
        var isClean = caught.Count == 0 || await hunt.IsCleanAsync(control, caught.Max(result => result.Seed!.Value));
        Console.WriteLine(isClean
            ? "without a patch the same seeds break nothing"
            : "WITHOUT A PATCH the same seeds break promises too, so this proves nothing");
        Console.WriteLine($"caught={caught.Count} of {results.Count}");
        return isClean && results.Count > 0 && caught.Count == results.Count ? 0 : 1;
    }

    private static async Task<(string? Program, string? Error)> MakeAsync(
        MutantWorkspace workspace, List<Mutant> mutants, int position)
    {
        if (position >= mutants.Count)
        {
            return (null, null);
        }

        var mutant = mutants[position];
        try
        {
            await workspace.ApplyAsync(mutant);
        }
        catch (MutantException exception)
        {
            return (null, exception.Message);
        }

        try
        {
            return (await workspace.BuildMutantAsync(mutant), null);
        }
        catch (MutantException exception)
        {
            return (null, exception.Message);
        }
        finally
        {
            await workspace.RevertAsync(mutant);
        }
    }

    private static void Print(MutantResult result)
    {
        var seeds = result.Seed is { } seed ? $"caught after {seed} seeds by {result.Text}" : $"ESCAPED: {result.Text}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Mutant.Name} (fault {result.Mutant.Faults}): {seeds} ({result.Seconds:F0} s)"));
    }
}
