using ClusterLog.Protocol.Batches;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>
/// All clients of a simulation. While there are faults they work as planned; then each partition must take a record and
/// the metadata a change, all must come to rest, and what was written and read is judged.
/// </summary>
internal sealed partial class ClusterWorkload : IWorkload
{
    /// <summary>What the simulated brokers take as a record's size.</summary>
    public const int RecordBytesMax = 4096;

    /// <summary>Far from the streams of the world's own parts.</summary>
    private const ulong ClientStreams = 1 << 20;

    private readonly List<ProducerClient> _producers = [];
    private readonly List<ConsumerClient> _consumers = [];
    private readonly List<ReaderClient> _readers = [];
    private World _world = null!;
    private KeyedScan _scan = null!;

    public ClusterWorkload(WorkloadPlan plan, InvariantChecker checker)
    {
        (Plan, Checker) = (plan, checker);
    }

    public WorkloadPlan Plan { get; }

    public InvariantChecker Checker { get; }

    public WorkloadHistory History { get; } = new();

    public AdminClient Admin { get; private set; } = null!;

    /// <summary>For one batch after the other.</summary>
    public RecordBatchBuilder Builder { get; } = new();

    /// <summary>For one value after the other.</summary>
    public byte[] ValueBuffer { get; } = new byte[RecordBytesMax + 64];

    /// <summary>The faults are over, and every partition is to take another record.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>Nothing new is sent.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>A client's own stream of randomness, whoever else there is.</summary>
    public static SimulatedRandom RandomOf(World world, int client) =>
        SimulatedRandom.For(world.Seed, ClientStreams + (ulong)client);

    public void Start(World world)
    {
        _world = world;
        Admin = new AdminClient(this, world);
        Admin.Start();
        foreach (var plan in Plan.Producers)
        {
            _producers.Add(new ProducerClient(this, world, plan));
        }

        foreach (var plan in Plan.Consumers)
        {
            _consumers.Add(new ConsumerClient(this, world, plan));
        }

        foreach (var plan in Plan.Readers)
        {
            _readers.Add(new ReaderClient(this, world, plan));
        }

        _scan = new KeyedScan(world, Checker);
        _scan.Start();
        _readers.ForEach(static reader => reader.Start());
        _producers.ForEach(static producer => producer.Start());
        _consumers.ForEach(static consumer => consumer.Start());
    }

    /// <inheritdoc/>
    public void OnHealed(World world) => StartProbing();
}
