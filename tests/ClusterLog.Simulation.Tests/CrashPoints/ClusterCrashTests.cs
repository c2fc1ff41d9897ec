using System.Diagnostics;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Workload;
using ClusterLog.Simulation.Worlds;
using Trace = ClusterLog.Simulation.Traces.Trace;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>
/// The whole product on three brokers; then the power of all three goes at every write, sync, rename, deletion and sync of
/// a folder that any of them makes. What was committed is on a majority, no replica takes back what it was told to be
/// durable, nothing is invented, and the cluster goes on.
/// </summary>
public sealed class ClusterCrashTests(ITestOutputHelper output)
{
    private const int EventsMax = 1_200;

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Recover_AfterACrashOfAllAtAnyWrite_HasEverythingCommitted(ulong from)
    {
        var (world, journal) = Record(from);
        var crashes = new ClusterCrashes(world, journal, new Random((int)from));
        var clock = Stopwatch.StartNew();
        try
        {
            crashes.Run(EventsMax);
        }
        catch (Exception error)
        {
            Assert.Fail($"Seed {world.Seed}: {error}");
        }

        output.WriteLine(
            $"seed {world.Seed}: {crashes.States} states of three disks after {crashes.Events - 1} of {journal.Journal.Count} "
            + $"changes and syncs, {crashes.Restarts} restarts of all: "
            + string.Join(", ", crashes.Kinds.Select(item => $"{item.Key} {item.Value}"))
            + $"; {clock.Elapsed.TotalSeconds:F1} s");
        Assert.True(crashes.States > EventsMax);
        Assert.True(crashes.Restarts > 0);
    }

    // The first seed of three brokers, with its clients and the network's faults, and healthy disks.
    private static (World World, ClusterJournal Journal) Record(ulong seed)
    {
        var settings = SettingsOf(seed);
        while (settings.Brokers != 3)
        {
            settings = SettingsOf(++seed);
        }

        var faults = FaultPlanner.Draw(SimulatedRandom.For(seed, (ulong)RandomStream.Faults), settings).Faults
            .Where(fault => fault.Kind is FaultKind.Network or FaultKind.CutOne or FaultKind.CutHalf or FaultKind.CutOneWay
                or FaultKind.Join or FaultKind.Pause or FaultKind.FalseDown);
        var plan = WorkloadPlan.Draw(SimulatedRandom.For(seed, (ulong)RandomStream.Workload), settings);
        plan = plan with
        {
            Changes = [.. plan.Changes.Where(change => change.Kind is ChangeKind.Transfer or ChangeKind.Trim)],

            // What is found is held against what was written, byte by byte.
            Topics = [.. plan.Topics.Select(topic => topic.IsKeyed ? topic with { Config = new() } : topic)],
            Producers = [.. plan.Producers.Select(producer => producer with { IsKeyed = false })],
            Consumers = [.. plan.Consumers.Select(consumer => consumer with { IsKeyed = false })],
        };
        var checker = new InvariantChecker();
        var journal = new ClusterJournal(checker);
        var world = new World(seed, settings, new FaultPlan([.. faults]), new Trace(null)) { DiskOf = journal.DiskOf };
        world.Observe(new InvariantObserver(checker));
        world.Observe(journal);
        Assert.Null(world.Run(new ClusterWorkload(plan, checker)));
        return (world, journal);
    }

    private static WorldSettings SettingsOf(ulong seed) =>
        new(SimulatedRandom.For(seed, (ulong)RandomStream.Settings));
}
