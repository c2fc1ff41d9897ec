using ClusterLog.Simulation.Shrinking;

namespace ClusterLog.Simulation.Tests.Shrinking;

public sealed class ShrinkerTests
{
    private static readonly int[] Hundred = [.. Enumerable.Range(0, 100)];

    [Fact]
    public void Shrink_TwoItemsNeededTogether_LeavesThose()
    {
        var shrinker = new Shrinker<int>(static kept => kept.Contains(17) && kept.Contains(83), runsMax: 1000);

        Assert.Equal([17, 83], shrinker.Shrink(Hundred));
    }

    [Fact]
    public void Shrink_NothingNeeded_LeavesNothing() =>
        Assert.Empty(new Shrinker<int>(static _ => true, runsMax: 1000).Shrink(Hundred));

    [Fact]
    public void Shrink_RunsUsedUp_GivesTheBestSoFar()
    {
        var shrinker = new Shrinker<int>(static kept => kept.Contains(17), runsMax: 3);

        var kept = shrinker.Shrink(Hundred);

        Assert.Equal(3, shrinker.Runs);
        Assert.Contains(17, kept);
        Assert.InRange(kept.Count, 2, 99);
    }

    [Fact]
    public void Format_PartsOfAScenario_AreReadBack()
    {
        var scenario = Scenario.Of(7);
        var kept = scenario.All.Where(static part => part.Index % 3 != 1).ToArray();

        Assert.Equal(kept, scenario.Parse(Scenario.Format(kept)));
    }

    [Fact]
    public void Format_Ranges_AreWrittenShort() =>
        Assert.Equal(
            "f0-2,5/p1/c/r/o",
            Scenario.Format([new(0, 5), new(0, 0), new(0, 1), new(0, 2), new(1, 1)]));

    [Fact]
    public void Parse_PartThatTheSeedDoesNotHave_IsRefused() =>
        Assert.Throws<FormatException>(static () => Scenario.Of(7).Parse("p999"));
}
