using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Tests.ByHand;

namespace ClusterLog.Broker.Tests.Moves;

/// <summary>How much may be read for replicas that are coming in, by the budget's own clock.</summary>
public sealed class CatchUpBudgetTests
{
    private const long Second = 1 << 20;

    private readonly HandTime _time = new();

    [Fact]
    public void TryTake_OverManySeconds_GivesWhatTheyAreWorth()
    {
        var budget = new CatchUpBudget(Second, _time);
        for (var tick = 0; tick < 1_000; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            while (budget.TryTake(100_000))
            {
                budget.Return(30_000);
            }
        }

        // Ten seconds, and the one that it began with; at most one read beyond.
        Assert.InRange(budget.Used, 10 * Second, (11 * Second) + 100_000);
        Assert.True(budget.Refusals > 0);
    }

    [Fact]
    public void TryTake_AfterALongRest_GivesNoMoreThanASecondsWorthAtOnce()
    {
        var budget = new CatchUpBudget(Second, _time);
        _time.Advance(TimeSpan.FromHours(1));
        while (budget.TryTake(1_000))
        {
            Assert.True(budget.Used <= Second);
        }
    }

    [Fact]
    public void TryTake_OfMoreThanASecondGives_PassesAndIsPaidForByThoseAfterIt()
    {
        var budget = new CatchUpBudget(Second, _time);
        Assert.True(budget.TryTake(4 * Second));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(budget.TryTake(1));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(budget.TryTake(1));
    }

    [Fact]
    public void TryTake_WithoutALimit_AlwaysPasses()
    {
        var budget = new CatchUpBudget(0, _time);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(budget.TryTake(1L << 40));
        }
    }
}
