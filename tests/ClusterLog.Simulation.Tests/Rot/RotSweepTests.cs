using ClusterLog.Simulation.Rot;

namespace ClusterLog.Simulation.Tests.Rot;

/// <summary>
/// Bits flipped in every file of one broker of three, some of those that the verb <c>rot</c> flips. Never a wrong record
/// served, never a lost one, always repaired.
/// </summary>
public sealed class RotSweepTests(ITestOutputHelper output)
{
    private const int Stride = 997;
    private const int OneOf = 10;

    [Fact]
    public void Run_BitsFlippedInEveryFileOfABroker_LosesNothingAndRepairsAll()
    {
        var seed = (ulong)Random.Shared.Next(1, 1 << 20);
        var broker = 1 + (int)(seed % RotSettings.Brokers);
        var tally = new RotTally();
        var broken = new List<string>();
        new RotSweep { Seed = seed, Stride = Stride, OneOf = OneOf, Jobs = Environment.ProcessorCount }.Run(broker, outcome =>
        {
            tally.Add(outcome);
            if (outcome.Violation is { } violation)
            {
                broken.Add($"{outcome.Place}: {violation.Invariant}: {violation.Message}");
            }
        });

        output.WriteLine($"seed={seed} broker={broker} files={tally.Files} flips={tally.Flips} {tally.Counts()}");
        Assert.True(broken.Count == 0, $"Seed {seed}, broker {broker}:\n{string.Join('\n', broken)}");
        Assert.All(
            new[] { RotFinder.Nobody, RotFinder.Start, RotFinder.Read, RotFinder.Scrubber },
            finder => Assert.True(tally.FoundBy(finder) > 0, $"{finder}: {tally.Counts()}"));
    }
}
