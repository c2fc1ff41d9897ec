using System.Diagnostics;
using System.Globalization;
using ClusterLog.Disks;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.CrashPoints;

/// <summary>
/// The power goes at every write, sync, rename, deletion, truncation and sync of a folder that storage ever makes, and
/// takes all, or any part, of what was not synced: whatever was acknowledged is there, nothing else is, no hard state
/// has gone back, and the store goes on.
/// </summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private const long StatesMin = 50_000;
    private const int Phases = 4;
    private const int StepsOfPhase = 90;

    [Fact]
    public void Open_AfterACrashAtAnyWrite_FindsEverythingAcknowledged() =>
        Run(first: 1, counts => counts.States >= StatesMin);

    /// <summary>As many seeds as CLUSTERLOG_SEEDS says ("first count"); run by hand.</summary>
    [Fact(Explicit = true)]
    public void Open_AfterACrashAtAnyWriteOfManySeeds_FindsEverythingAcknowledged()
    {
        var wanted = (Environment.GetEnvironmentVariable("CLUSTERLOG_SEEDS") ?? "100000 100").Split(' ')
            .Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        Run(wanted[0], _ => --wanted[1] <= 0);
    }

    private void Run(int first, Predicate<CrashPointCounts> isEnough)
    {
        var counts = new CrashPointCounts();
        var clock = Stopwatch.StartNew();
        var seed = first;
        do
        {
            try
            {
                Run(seed, counts);
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}, after {counts}: {error}");
            }

            seed++;
        }
        while (!isEnough(counts));
        output.WriteLine($"seeds {first} to {seed - 1}: {counts}; {clock.Elapsed.TotalSeconds:F1} s");
    }

    private static void Run(int seed, CrashPointCounts counts)
    {
        var random = new Random(seed);
        var groups = 0UL;
        var (image, expected) = (DiskImage.Empty, new Expectation([], new HashSet<GroupId>()));
        for (var i = 0; i < Phases; i++)
        {
            var phase = new CrashPointPhase(
                random, image, expected.Groups.Select(item => item.Group), expected.Gone, counts);
            phase.Work(expected, StepsOfPhase, () => new GroupId(groups++));
            phase.CrashEverywhere();
            (image, expected) = (phase.Chosen, phase.ChosenExpected);
        }
    }
}
