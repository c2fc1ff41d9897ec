using System.Globalization;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>What is said of simulations.</summary>
internal static class Report
{
    /// <summary>Prints what broke, and how to see it again; false when nothing did.</summary>
    /// <param name="kept">The parts of the seed's plan that were run; null for all.</param>
    public static bool Violation(SimulationResult result, string? kept = null)
    {
        if (result.Violation is not { } violation)
        {
            return false;
        }

        var time = (violation.Time / 1e6).ToString("F6", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"seed {result.Seed}: {violation.Invariant} at step {violation.Step}, {time} s: {violation.Message}");
        Console.WriteLine(
            "  dotnet run -c Release --project tests/ClusterLog.Simulation -- "
            + $"replay {result.Seed} --trace seed-{result.Seed}.txt{(kept is null ? "" : $" --keep {kept}")}");
        return true;
    }

    /// <summary>The line at the end of a run.</summary>
    public static void Totals(ulong seeds, int violations, Statistics total, TimeSpan elapsed)
    {
        var hours = (total.Microseconds / 3.6e9).ToString("F1", CultureInfo.InvariantCulture);
        var seconds = elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"seeds={seeds} violations={violations} committed={total.Committed} elections={total.Elections} "
            + $"crashes={total.Crashes} corruptions_repaired={total.CorruptionsRepaired} "
            + $"simulated_hours={hours} seconds={seconds}");
    }
}
