using ClusterLog.Simulation.CommandLine;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Tests;

/// <summary>Whole simulations. The command line runs many more; these hold that it can be relied on.</summary>
public class SimulationTests
{
    /// <summary>
    /// Seeds that once broke a promise, with what was the matter. A seed draws other things after the simulator has
    /// changed; each is kept for the sake of its like.
    /// </summary>
    public static TheoryData<ulong, string> Regressions => new()
    {
        { 23, "a page cache that showed what a failed sync never wrote was taken for durable" },
        { 1, "a replica placed anew on a replaced disk found its log open already, and ended the broker" },
        { 81, "after a restart a replica that had left started once more, over its successor's log" },
        { 43, "the same, seen as a log that had lost durable entries" },
        { 17, "followers in a quiet group never heard that their leader's process was another" },
        { 33, "a read from disk was applied past what the log knew to be committed" },
        { 91, "a deleted group started again, blank, from a checkpoint of the metadata that still had it" },
        { 1664, "a segment that a failed sync had left empty was taken for damage once others stood behind it" },
        { 1900, "a new replica knew quiet members by the founders' names only, and was never fed" },
        { 2891, "a leader that stopped because its partition moved away left quiet followers asleep" },
        { 3037, "a quiet follower that had missed an append was called silent, and stayed behind" },
        { 10131, "a broker that went down as a member and came back as none stayed down for good" },
        { 10244, "a replica that had stopped was held against the one that followed it on its broker" },
        { 3, "a leader whose metadata was behind took away members that it had not heard of yet" },
        { 13, "a read that waited behind another was kept by a list while it was walked through" },
        { 10742, "the same, and a member was never promoted" },
        { 3744, "a departed replica's late write was taken for its successor's (in these checks only)" },
        { 3774, "a replica was told late that its leader's predecessor had stopped, and kept the group awake for good" },
        { 17671, "the same, for a broker that had been paused" },
        { 40518, "the last turn of a broker that ended in it was not looked at, though it had sent (in these checks only)" },
        { 356, "a busy group refused to note its assignment, and was asked again in the same turn, for ever" },
    };

    [Fact]
    public void Run_SameSeedTwice_GivesTheSameHash()
    {
        Parallel.For(1, 51, seed => Assert.Equal(Run((ulong)seed).Hash, Run((ulong)seed).Hash));
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Run_SeedOfAFormerFault_KeepsEveryPromise(ulong seed, string fault)
    {
        Assert.NotEmpty(fault);
        AssertKept(Run(seed));
    }

    [Fact]
    public void Run_FreshSeeds_KeepEveryPromise()
    {
        var first = (ulong)Random.Shared.NextInt64(1L << 32, 1L << 48);
        Parallel.For(0, 10, i => AssertKept(Run(first + (ulong)i)));
    }

    private static SimulationResult Run(ulong seed) => Cluster.Run(seed, null);

    private static void AssertKept(SimulationResult result) => Assert.True(
        result.Violation is null,
        $"Seed {result.Seed}: {result.Violation}. dotnet run -c Release --project tests/ClusterLog.Simulation -- "
        + $"replay {result.Seed} --trace seed-{result.Seed}.txt");
}
