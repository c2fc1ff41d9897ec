using ClusterLog.Broker.Clients;

namespace ClusterLog.Broker.Tests.Clients;

public sealed class ByteBudgetTests
{
    [Fact]
    public void TryTake_UpToTheLimit_TakesAndBeyondItLeavesAsItWas()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(60));
        Assert.True(budget.TryTake(40));
        Assert.False(budget.TryTake(1));
        Assert.Equal(100, budget.Taken);
        budget.Give(60);
        Assert.True(budget.TryTake(60));
    }

    [Fact]
    public void TryTake_OfMoreThanAll_PassesOnlyAlone()
    {
        var budget = new ByteBudget(100);
        Assert.True(budget.TryTake(500));
        Assert.False(budget.TryTake(500));
        Assert.False(budget.TryTake(1));
        budget.Give(500);
        Assert.True(budget.TryTake(1));
        Assert.False(budget.TryTake(500));
    }

    [Fact]
    public async Task TryTake_ByManyThreads_LosesNothing()
    {
        var budget = new ByteBudget(50);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (budget.TryTake(20))
                {
                    budget.Give(20);
                }
            }
        })));
        Assert.Equal(0, budget.Taken);
    }
}
