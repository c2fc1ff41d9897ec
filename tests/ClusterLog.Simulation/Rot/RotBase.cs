using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Traces;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>
/// What three brokers have on their disks after a life with a bit of everything, and what they owe their clients. All have
/// been killed: first the one that is behind, so that the end of what was acknowledged is on two disks, one of which rots;
/// then the other; and the one that rots had taken on more, that it could not commit.
/// </summary>
internal sealed class RotBase
{
    /// <summary>The machines are never started anew.</summary>
    public const string BootId = "0";

    private RotBase(ulong seed, int broker)
    {
        (Seed, Broker) = (seed, broker);
        Whole = (broker % RotSettings.Brokers) + 1;
        Behind = (Whole % RotSettings.Brokers) + 1;
    }

    public ulong Seed { get; }

    /// <summary>Whose disk is going to rot.</summary>
    public int Broker { get; }

    /// <summary>The other one that has all that was acknowledged.</summary>
    public int Whole { get; }

    /// <summary>The one that lacks the end of it.</summary>
    public int Behind { get; }

    /// <summary>The disks, in the order of the brokers' ids.</summary>
    public IReadOnlyList<DiskImage> Images { get; set; } = [];

    public IReadOnlyList<RotPartition> Partitions { get; set; } = [];

    /// <summary>The id of the directory that is going to rot.</summary>
    public long DirectoryId { get; set; }

    /// <summary>As whom the broker takes part in its groups.</summary>
    public IReadOnlyDictionary<GroupId, ReplicaId> Identities { get; set; } = new Dictionary<GroupId, ReplicaId>();

    /// <exception cref="ViolationException">The cluster broke a promise before anything was damaged.</exception>
    public static RotBase Build(ulong seed, int broker, TextWriter? trace = null)
    {
        var made = new RotBase(seed, broker);
        var disks = Enumerable.Range(0, RotSettings.Brokers).Select(_ => new MemoryDisk(DiskImage.Empty, BootId)).ToArray();
        var world = new World(seed, RotSettings.Make(seed, WorldSettings.Millisecond), FaultPlan.None, new Trace(trace))
        {
            DiskOf = of => disks[of.Id - 1],
        };
        return world.Run(new RotBaseScript(made, disks)) is { } violation
            ? throw new InvalidOperationException($"Before anything was damaged: {violation}")
            : made;
    }
}
