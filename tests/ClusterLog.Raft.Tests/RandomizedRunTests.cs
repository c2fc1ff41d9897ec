using System.Globalization;
using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>
/// Thousands of random steps with every fault the group must survive; the invariants hold after each, and once the
/// faults stop the group makes progress within a bound. <c>CLUSTERLOG_SEED</c> replays one seed.
/// </summary>
public sealed class RandomizedRunTests
{
    private const int Seeds = 200;
    private const int Steps = 3_000;

    [Fact]
    public void Run_AnySeed_KeepsInvariantsAndHeals()
    {
        if (Environment.GetEnvironmentVariable("CLUSTERLOG_SEED") is { Length: > 0 } given)
        {
            RunSeed(int.Parse(given, CultureInfo.InvariantCulture));
            return;
        }

        var committed = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            committed += RunSeed(seed).CommittedUnderFaults;
        }

        // Runs in which nothing ever commits would prove nothing.
        Assert.True(committed > Seeds * 20, $"Only {committed} entries were committed under faults in {Seeds} runs.");
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameTrace()
        => Assert.Equal(RunSeed(4711).TraceHash, RunSeed(4711).TraceHash);

    private static RandomizedRun RunSeed(int seed)
    {
        var run = new RandomizedRun(seed);
        try
        {
            run.Disturb(Steps);
            run.HealAndProgress();
            return run;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Seed {seed} failed at step {run.Step}: {exception.Message} Replay it with CLUSTERLOG_SEED={seed}.", exception);
        }
    }
}
