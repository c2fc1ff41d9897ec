using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Traces;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>
/// Three brokers come back from what crashes left them, and must elect leaders that have all that was committed, and
/// become equal.
/// </summary>
internal sealed class ClusterRestart(IReadOnlyDictionary<GroupId, (LogIndex Index, Term Term)> committed) : IObserver
{
    public static void Check(IReadOnlyList<DiskImage> images, World before, ClusterExpectation expected)
    {
        var world = new World(before.Seed, before.Settings, FaultPlan.None, new Trace(null))
        {
            DiskOf = broker => new MemoryDisk(images[broker.Id - 1], BrokerFind.BootId),
        };
        world.Observe(new ClusterRestart(expected.Committed));
        Assert.Null(world.Run(null));
    }

    public string? MissingForLiveness(World world)
    {
        foreach (var (group, (index, term)) in committed)
        {
            var replicas = world.Brokers.Select(broker => broker.Find(group)).ToArray();
            var isMissing = Array.Exists(
                replicas,
                replica => replica is null || replica.Commit < index || replica.Commit != replicas[0]!.Commit
                    || (replica.Log.TermAt(index) is { } found ? found != term : replica.Log.FirstIndex.Previous < index));
            if (isMissing)
            {
                return $"group {group} with {index}/{term}: "
                    + string.Join(", ", replicas.Select(replica => $"{replica?.Commit} of {replica?.Log.LastIndex}"));
            }
        }

        return null;
    }
}
