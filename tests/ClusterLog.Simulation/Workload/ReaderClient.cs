using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>Asks for a partition's end, linearizably: the answer may not lack what was acknowledged before the question.</summary>
internal sealed class ReaderClient : IScheduled
{
    private const long TimeoutMilliseconds = 8_000;

    private readonly ClusterWorkload _workload;
    private readonly World _world;
    private readonly SimulatedRandom _random;
    private GroupId? _group;
    private int _leader;

    public ReaderClient(ClusterWorkload workload, World world, PlannedReader plan)
    {
        (_workload, _world, Plan) = (workload, world, plan);
        _random = ClusterWorkload.RandomOf(world, plan.Number);
        _leader = _random.Next(1, world.Brokers.Count + 1);
    }

    public PlannedReader Plan { get; }

    public void Start() => _world.After(_random.Between(0, 10 * WorldSettings.Second), this);

    public void Run()
    {
        if (_workload.IsStopped)
        {
            return;
        }

        var begun = _group is { } group ? _workload.Checker.ReadBegins(group) : 0;
        _world.Clients.Call(_leader, (broker, call) => ServeAsync(broker, call, begun), Lost);
        _world.After(_random.Between(1, 4 * Plan.Pause), this);
    }

    private async void ServeAsync(SimulatedBroker broker, ClientCall call, long begun)
    {
        var life = broker.Life!;
        if (life.Metadata.Snapshot.FindPartition(Plan.Topic, Plan.Partition) is not { } partition)
        {
            call.Answer(Lost);
            return;
        }

        var hint = life.Leaders.LeaderOf(partition.Group).Leader.Value;
        var work = new LatestOffsetWork(partition)
        {
            DeadlineMilliseconds = life.Time.GetMilliseconds() + TimeoutMilliseconds,
        };
        if (!life.Post(partition.Group, work))
        {
            return;
        }

        var (code, offset) = await work.Answer;
        call.Answer(() => OnAnswered(partition.Group, begun, code, offset, hint));
    }

    private void OnAnswered(GroupId group, long begun, ErrorCode code, long offset, int hint)
    {
        if (code == ErrorCode.None)
        {
            // Of another group than the one that was known when the read began, nothing is promised.
            begun = group == _group ? begun : 0;
            _group = group;
            _world.Trace.Mix((ulong)Plan.Number, group.Value, (ulong)offset);
            _world.Trace.Note($"reader {Plan.Number}: group {group} ends at {offset}");
            _workload.Checker.ReadEnds(group, begun, offset);
        }
        else
        {
            _leader = hint > 0 ? hint : _random.Next(1, _world.Brokers.Count + 1);
        }
    }

    private void Lost() => _leader = _random.Next(1, _world.Brokers.Count + 1);
}
