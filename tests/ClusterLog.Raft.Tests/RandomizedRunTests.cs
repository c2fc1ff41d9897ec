using System.Globalization;
using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>
/// Thousands of random steps with every fault the group must survive; the invariants hold after each, and once the
/// faults stop the group makes progress within a bound. <c>CLUSTERLOG_SEED</c> replays one seed, or runs those of a range
/// as "1000-2000".
/// </summary>
public sealed class RandomizedRunTests
{
    private const int Seeds = 200;
    private const int ChurnSeeds = 60;
    private const int Steps = 3_000;

    [Fact]
    public void Run_AnySeed_KeepsInvariantsAndHeals()
    {
        var counts = RunSeeds(Seeds, churns: false, out var runs);
        if (runs >= Seeds / 2)
        {
            counts.AssertEnough(runs);
        }
    }

    [Fact]
    public void Run_MembersChangeAllTheTime_KeepsInvariantsAndHeals()
    {
        var counts = RunSeeds(ChurnSeeds, churns: true, out var runs);
        if (runs >= ChurnSeeds / 2)
        {
            Assert.True(counts.Changes > runs * 4, $"Too few changes of the members were committed in {runs} runs: {counts}.");
        }
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameTrace()
        => Assert.Equal(RunSeed(4711).TraceHash, RunSeed(4711).TraceHash);

    private static RunCounts RunSeeds(int seeds, bool churns, out int runs)
    {
        var (first, last) = Range(seeds);
        var counts = new RunCounts();
        for (var seed = first; seed <= last; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            counts += RunSeed(seed, churns).Counts;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{counts}");
        runs = last - first + 1;
        return counts;
    }

    private static (int First, int Last) Range(int seeds)
    {
        if (Environment.GetEnvironmentVariable("CLUSTERLOG_SEED") is not { Length: > 0 } given)
        {
            return (1, seeds);
        }

        var parts = given.Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }

    private static RandomizedRun RunSeed(int seed, bool churns = false)
    {
        var run = new RandomizedRun(seed, churns);
        try
        {
            run.Disturb(Steps);
            run.HealAndProgress();
            run.SleepAndWake();
            return run;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Seed {seed} failed at step {run.Step}: {exception.Message} Replay it with CLUSTERLOG_SEED={seed}.", exception);
        }
    }
}
