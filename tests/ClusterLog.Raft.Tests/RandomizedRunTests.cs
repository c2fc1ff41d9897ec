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
    private const int Steps = 3_000;

    [Fact]
    public void Run_AnySeed_KeepsInvariantsAndHeals()
    {
        var (first, last) = Range();
        var counts = new RunCounts();
        for (var seed = first; seed <= last; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            counts += RunSeed(seed).Counts;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{counts}");
        if (last - first >= Seeds / 2)
        {
            counts.AssertEnough(last - first + 1);
        }
    }

    [Fact]
    public void Run_SameSeed_GivesTheSameTrace()
        => Assert.Equal(RunSeed(4711).TraceHash, RunSeed(4711).TraceHash);

    private static (int First, int Last) Range()
    {
        if (Environment.GetEnvironmentVariable("CLUSTERLOG_SEED") is not { Length: > 0 } given)
        {
            return (1, Seeds);
        }

        var parts = given.Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }

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
