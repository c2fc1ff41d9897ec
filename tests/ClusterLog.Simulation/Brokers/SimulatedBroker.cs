using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Disk;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// One machine of the cluster: its disk and its clock, which outlive the broker's process, and the process, while it runs.
/// </summary>
internal sealed partial class SimulatedBroker
{
    private readonly SimulatedRandom _restarts;

    public SimulatedBroker(World world, int id)
    {
        (World, Id) = (world, id);
        _restarts = RandomFor(BrokerStream.Restarts);
        Clock = new SimulatedClock(world);
        Disk = NewDisk();
    }

    public World World { get; }

    public int Id { get; }

    /// <summary>Counts the disks that this machine has lost.</summary>
    public uint Incarnation { get; private set; }

    /// <summary>The id that this start gives to a disk that is new, or of which nobody knows what it has lost.</summary>
    public long NewDirectoryId => (Id * 1_000_000L) + Starts;

    /// <summary>Processes started so far.</summary>
    public int Starts { get; private set; }

    public SimulatedDisk Disk { get; private set; }

    public SimulatedClock Clock { get; }

    /// <summary>The running process; null while there is none.</summary>
    public BrokerLife? Life { get; private set; }

    public bool IsRunning => Life is not null;

    /// <summary>Until then the process gets no processor time.</summary>
    public long PausedUntil { get; set; }

    public bool IsPaused => World.Now < PausedUntil;

    /// <summary>Until then no call to the disk returns.</summary>
    public long DiskStalledUntil { get; set; }

    /// <summary>Why the broker cannot start, when only a new disk helps.</summary>
    public Exception? Damage { get; private set; }

    /// <summary>The replicas of the running process, metadata first; none while there is none.</summary>
    public IReadOnlyCollection<Replica> Replicas => Life?.Shard.Replicas ?? [];

    /// <summary>The same as a list, as of the end of the last turn; for those who look after every turn.</summary>
    public List<Replica> ReplicaList { get; } = [];

    public Replica? Find(GroupId group) => Life?.Shard.Find(group);

    public SimulatedRandom RandomFor(BrokerStream stream, int part = 0) =>
        SimulatedRandom.For(World.Seed + ((ulong)part << 32), (ulong)RandomStream.Broker + (16 * (ulong)Id) + (ulong)stream);

    private SimulatedDisk NewDisk() =>
        new(RandomFor(BrokerStream.Disk, (int)Incarnation), World.Settings.WritesAreDirect);

    public override string ToString() => $"broker {Id}";
}
