using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ClusterLog.Simulation.Mutants;

/// <summary>What became of a mutant.</summary>
/// <param name="Seed">The first seed that noticed it; null when none did.</param>
/// <param name="Text">Which promise was broken, or why nothing was found.</param>
/// <param name="Seconds">How long the seeds took.</param>
internal sealed record MutantResult(Mutant Mutant, ulong? Seed, string Text, double Seconds);

/// <summary>Runs seeds against built simulators until a promise is broken.</summary>
/// <param name="seedsMax">Seeds 1 to this are tried.</param>
/// <param name="jobs">How many run side by side.</param>
internal sealed partial class MutantHunt(ulong seedsMax, int jobs)
{
    private const ulong FirstBatch = 16;

    /// <summary>A mutant that makes the simulator hang is not caught: nobody would wait for it.</summary>
    private static readonly TimeSpan BatchDurationMax = TimeSpan.FromMinutes(20);

    /// <summary>Runs seeds, in batches that grow, until one breaks a promise.</summary>
    public async Task<MutantResult> RunAsync(Mutant mutant, string program)
    {
        var clock = Stopwatch.StartNew();
        for (ulong first = 1, size = FirstBatch; first <= seedsMax; first += size, size *= 2)
        {
            var last = Math.Min(first + size - 1, seedsMax);
            var (exitCode, output) = await RunSeedsAsync(program, first, last);
            var found = Violation().Match(output);
            if (exitCode == 1 && found.Success)
            {
                var seed = ulong.Parse(found.Groups["seed"].Value, CultureInfo.InvariantCulture);
                return new MutantResult(mutant, seed, found.Groups["invariant"].Value, clock.Elapsed.TotalSeconds);
            }

            if (exitCode != 0)
            {
                var lines = output.Trim().Split('\n');
                var text = $"the simulator ended with code {exitCode} in seeds {first}..{last}: {lines[0].Trim()}";
                return new MutantResult(mutant, null, text, clock.Elapsed.TotalSeconds);
            }
        }

        return new MutantResult(mutant, null, $"nothing noticed in {seedsMax} seeds", clock.Elapsed.TotalSeconds);
    }

    /// <summary>Runs seeds without a patch, which must be clean: else a mutant caught by them proves nothing.</summary>
    public async Task<bool> IsCleanAsync(string program, ulong last)
    {
        var (exitCode, _) = await RunSeedsAsync(program, 1, last);
        return exitCode == 0;
    }

    private Task<(int ExitCode, string Output)> RunSeedsAsync(string program, ulong first, ulong last) => Command.RunAsync(
        program,
        BatchDurationMax,
        "dotnet",
        Path.Combine(program, "ClusterLog.Simulation.dll"),
        "run",
        "--seeds",
        string.Create(CultureInfo.InvariantCulture, $"{first}..{last}"),
        "--jobs",
        jobs.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^seed (?<seed>\d+): (?<invariant>.+?) at step ", RegexOptions.Multiline)]
    private static partial Regex Violation();
}
