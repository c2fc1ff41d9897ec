using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>Changes the metadata by way of the brokers' own services, as clients' requests do.</summary>
internal sealed class AdminClient(ClusterWorkload workload, World world)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SimulatedRandom _random = ClusterWorkload.RandomOf(world, 0);
    private readonly HashSet<long> _producerIds = [];

    /// <summary>Topics that the plan wants there from the start, and that are not known to be there yet.</summary>
    public int TopicsMissing { get; private set; }

    /// <summary>Creates the topics of the plan, trying until each is there.</summary>
    public void Start()
    {
        foreach (var topic in workload.Plan.Topics)
        {
            TopicsMissing++;
            CreateUntilThere(topic);
        }

        foreach (var change in workload.Plan.Changes)
        {
            world.At(change.At, new ScheduledAction(() => Carry(change)));
        }
    }

    /// <summary>Asks a broker for a producer id; whoever gets one is the only one who has it.</summary>
    public void RequestProducerId(int broker, Action<long> onGiven, Action onFailed) =>
        Call(broker, async (life, answer) =>
        {
            var id = (await life.MetadataService.InitProducerIdAsync(CancellationToken.None)).Value;
            answer(() => TakeId(id, onGiven));
        }, onFailed);

    private void TakeId(long id, Action<long> onGiven)
    {
        if (!_producerIds.Add(id))
        {
            throw new ViolationException(nameof(Invariant.EqualStates), $"producer id {id} was given out twice");
        }

        onGiven(id);
    }

    private void CreateUntilThere(PlannedTopic topic)
    {
        var broker = _random.Next(1, world.Brokers.Count + 1);
        Call(
            broker,
            async (life, answer) =>
            {
                try
                {
                    await life.MetadataService.CreateTopicAsync(
                        topic.Name,
                        topic.Partitions,
                        topic.Replicas,
                        topic.Config,
                        Timeout,
                        CancellationToken.None);
                }
                catch (BrokerException error) when (error.Code == ErrorCode.TopicAlreadyExists)
                {
                    // An earlier try has made it.
                }

                answer(() => TopicsMissing--);
            },
            () => world.After(WorldSettings.Second, () => CreateUntilThere(topic)));
    }

    private void Carry(PlannedChange change)
    {
        world.Trace.Note($"operator: {change}");
        switch (change.Kind)
        {
            case ChangeKind.CreateTopic:
                Call(Choose(change), async (life, answer) =>
                {
                    await life.MetadataService.CreateTopicAsync(
                        change.Topic,
                        change.Number,
                        Math.Min(3, world.Brokers.Count),
                        TopicConfig.Default,
                        Timeout,
                        CancellationToken.None);
                    answer(static () => { });
                });
                break;
            case ChangeKind.DeleteTopic:
                Call(Choose(change), async (life, answer) =>
                {
                    await life.MetadataService.DeleteTopicAsync(change.Topic, Timeout, CancellationToken.None);
                    answer(static () => { });
                });
                break;
            default:
                Post(change);
                break;
        }
    }

    /// <summary>Sends a change of one partition to whichever broker leads what it concerns.</summary>
    private void Post(PlannedChange change)
    {
        foreach (var broker in world.Brokers)
        {
            if (broker.Life is { } life
                && life.Metadata.Snapshot.FindPartition(change.Topic, change.Number) is { } partition
                && broker.Find(change.Kind == ChangeKind.Assign ? GroupId.Metadata : partition.Group) is { Leads: true })
            {
                life.Post(partition.Group, Work(change, life, partition));
            }
        }
    }

    private IShardWork Work(PlannedChange change, BrokerLife life, PartitionInfo partition) => change.Kind switch
    {
        ChangeKind.Transfer => new TransferWork(partition.Group, change.Choice),
        ChangeKind.Trim => new TrimChoice(partition, change.Choice),
        _ => new AssignWork(world, life, partition, change.Choice),
    };

    private int Choose(PlannedChange change) => 1 + (change.Choice % world.Brokers.Count);

    /// <summary>Calls a broker; its refusal, like a lost connection, is a failure.</summary>
    private void Call(int broker, Func<BrokerLife, Action<Action>, Task> atBroker, Action? onFailed = null)
    {
        var failed = onFailed ?? (static () => { });
        world.Clients.Call(broker, (at, call) => Serve(at.Life!, call, atBroker, failed), failed);
    }

    private static async void Serve(
        BrokerLife life, ClientCall call, Func<BrokerLife, Action<Action>, Task> atBroker, Action onFailed)
    {
        try
        {
            await atBroker(life, call.Answer);
        }
        catch (BrokerException)
        {
            call.Answer(onFailed);
        }
    }
}
