using System.Diagnostics;
using System.Globalization;
using ClusterLog.Simulation.Rot;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>
/// Flips one bit at a time in the files of one broker of a cluster of three, and sees whether that is repaired without
/// anybody's noticing.
/// </summary>
internal sealed class RotVerb : IVerb
{
    private const int Stride = 997;

    public string Name => "rot";

    public string Usage =>
        "[--stride N] [--broker N] [--files PATTERN] [--jobs N] [--seed S] [--at BYTE --moment Down|Read|Scrub [--trace FILE]]: "
        + "flips a bit at every so many bytes of every file of one broker after the other, or at one place, and prints counts";

    public int Run(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(
            arguments, "--stride", "--broker", "--files", "--jobs", "--seed", "--at", "--moment", "--trace");
        var seed = (ulong)parsed.Number("--seed", 1);
        var brokers = parsed.Option("--broker") is null
            ? [.. Enumerable.Range(1, RotSettings.Brokers)]
            : new[] { Math.Min(parsed.Number("--broker", 1), RotSettings.Brokers) };
        if (parsed.Option("--at") is not null)
        {
            return RunOne(parsed, seed, brokers[0]);
        }

        var sweep = new RotSweep
        {
            Seed = seed,
            Stride = parsed.Number("--stride", Stride),
            Files = parsed.Option("--files") ?? "*",
            Jobs = parsed.Number("--jobs", Environment.ProcessorCount),
        };
        return RunAll(sweep, brokers);
    }

    private static int RunAll(RotSweep sweep, int[] brokers)
    {
        var watch = Stopwatch.StartNew();
        var total = new RotTally();
        var kinds = new SortedDictionary<string, RotTally>(StringComparer.Ordinal);
        foreach (var broker in brokers)
        {
            sweep.Run(broker, outcome =>
            {
                var kind = RotKind.Of(outcome.Place.Path);
                kinds.TryAdd(kind, new RotTally());
                kinds[kind].Add(outcome);
                total.Add(outcome);
                Report(outcome, sweep.Seed);
            });
        }

        foreach (var (kind, tally) in kinds)
        {
            Console.WriteLine($"{kind}: files={tally.Files} flips={tally.Flips} {tally.Counts()}");
        }

        var seconds = watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"rot files={total.Files} flips={total.Flips} {total.Verdicts()} {total.Counts()} seconds={seconds}");
        return total.Broken == 0 && total.Flips > 0 ? 0 : 1;
    }

    private static int RunOne(Arguments parsed, ulong seed, int broker)
    {
        if (parsed.Option("--files") is not { } path
            || !Enum.TryParse<RotMoment>(parsed.Option("--moment") ?? nameof(RotMoment.Down), out var moment)
            || !int.TryParse(parsed.Option("--at"), CultureInfo.InvariantCulture, out var position))
        {
            throw new UsageException("One place needs --files with one path, --at with a byte, and --moment.");
        }

        using var text = parsed.Option("--trace") is { } file ? new StreamWriter(file) : null;
        var place = RotPlace.Draw(seed, broker, path, position, moment);
        var outcome = RotRun.Run(RotBase.Build(seed, broker), place, text);
        Console.WriteLine(
            $"{place}: found by {outcome.FoundBy}, groups_rebuilt={outcome.GroupsRebuilt}, "
            + $"identity replaced: {outcome.IsIdentityReplaced}, gone before: {outcome.IsGone}");
        return Report(outcome, seed) ? 1 : 0;
    }

    private static bool Report(RotOutcome outcome, ulong seed)
    {
        if (outcome.Violation is not { } violation)
        {
            return false;
        }

        var place = outcome.Place;
        var time = (violation.Time / 1e6).ToString("F6", CultureInfo.InvariantCulture);
        Console.WriteLine($"{place}: {violation.Invariant} at {time} s: {violation.Message}");
        Console.WriteLine(
            "  dotnet run -c Release --project tests/ClusterLog.Simulation -- "
            + $"rot --broker {place.Broker} --files {place.Path} --at {place.Position} --moment {place.Moment} --seed {seed} "
            + "--trace rot.txt");
        return true;
    }
}
