using ClusterLog.Broker;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Repair;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Disk;
using ClusterLog.Simulation.Network;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// One process of a broker, from its start to its end: the product's storage, shard, replicas and metadata, put together
/// as its composition root does, and driven by the world instead of by threads.
/// </summary>
internal sealed partial class BrokerLife : IShards, IColdReads
{
    private readonly SimulatedBroker _broker;
    private readonly World _world;
    private readonly ShardTurn _turn;
    private readonly StorageStep[] _steps;
    private readonly SimulatedRandom _turns;
    private readonly SimulatedRandom _diskDelays;
    private readonly ReplicaManager _manager;
    private readonly Rounds[] _rounds;

    /// <summary>Whether the last step of the WAL's lane has left all that it wrote on the platter.</summary>
    private bool _isWalSynced = true;

    /// <exception cref="DataDirectoryException">The disk is damaged.</exception>
    public BrokerLife(SimulatedBroker broker)
    {
        (_broker, _world) = (broker, broker.World);
        _turns = broker.RandomFor(BrokerStream.Turns, broker.Starts);
        _diskDelays = broker.RandomFor(BrokerStream.DiskDelays, broker.Starts);
        Time = new SimulatedTimeProvider(broker);
        var loggers = new SimulatedLoggers(this, broker);
        Storage = StorageEngine.OpenByHand(
            _world.Settings.ToStorageOptions(),
            new DirectoryIdentity("simulation", $"{_world.Settings.Brokers} brokers", broker.Id, broker.NewDirectoryId),
            _world.DiskOf(broker),
            Time,
            loggers);
        _steps =
        [
            new StorageStep(this, Storage.Lane.RunOnce),
            new StorageStep(this, Storage.Files.RunOnce),
            new StorageStep(this, Storage.SegmentWriter.RunOnce),
            new StorageStep(this, Storage.Scrubber.RunOnce),
        ];
        Directories = StorageSet.Of(Storage);
        Mesh = new SimulatedMesh(broker, this);
        Metadata = new MetadataGroup(new MetadataState(loggers.CreateLogger<MetadataState>()), Time);
        MetadataService = new MetadataService(
            new MetadataOptions { BrokerCount = _world.Settings.Brokers, ProducerIdBlock = 10 },
            new SimulatedMetadata(Metadata),
            Leaders,
            Mesh,
            Time,
            broker.RandomFor(BrokerStream.Service, broker.Starts),
            loggers.CreateLogger<MetadataService>());
        Shard = new Shard(0, ToServices(loggers), new ShardInbox());
        _turn = new ShardTurn(this);
        Storage.Lane.Wake = _steps[0].Wake;
        Storage.Files.Ready = _steps[0].Wake;
        Storage.Files.Wake = _steps[1].Wake;
        Storage.SegmentWriter.Wake = _steps[2].Wake;
        Storage.Scrubber.Wake = _steps[3].Wake;
        Directories.OnDamageFound((group, damage) => Post(group, new DamageWork(group, damage)));
        Admission = new MetadataAdmission(
            broker.Id, _world.Brokers.Select(static other => other.Id), Directories, Mesh, Time, loggers);
        Repairer = new ReplicaRepairer(MetadataService, Directories.DirectoryId, Time, loggers);
        Reports = new AssignmentReports(Metadata, MetadataService, Time, loggers);
        var keeper = NewHorizonKeeper(loggers);
        Questions = new PeerQuestions(MetadataService, Admission, keeper);
        _rounds =
        [
            new Rounds(this, BrokerStream.Compaction, NewCompactor(loggers).RunOnceAsync),
            new Rounds(this, BrokerStream.Horizons, keeper.RunOnceAsync),
        ];
        _manager = new ReplicaManager(_broker.Id, Directories, this, RandomOf, loggers.CreateLogger<ReplicaManager>())
        {
            OnLost = Repairer.OnLost,
            IsCurrent = () => Metadata.IsCurrent,
        };
        if (Admission.Known is { } known)
        {
            OpenMetadata(known);
        }
    }

    /// <summary>
    /// Where the payloads of this broker lie. In blocks that are used again after few of them, and overwritten before: who
    /// reads a payload that is gone breaks the broker or a checksum.
    /// </summary>
    public PayloadMemory Payloads { get; } = new(64L << 20, freeBytesMax: 64 << 10, blockBytes: 4 << 10, poisons: true);

    public SimulatedTimeProvider Time { get; }

    public StorageEngine Storage { get; }

    /// <summary>The same as the broker has it: all of its directories, of which there is one.</summary>
    public StorageSet Directories { get; }

    public LeaderTable Leaders { get; } = new();

    public SimulatedMesh Mesh { get; }

    public Shard Shard { get; }

    public MetadataGroup Metadata { get; }

    public MetadataService MetadataService { get; }

    /// <summary>As whom this broker takes part in the metadata.</summary>
    public MetadataAdmission Admission { get; }

    public ReplicaRepairer Repairer { get; }

    public AssignmentReports Reports { get; }

    /// <summary>What peers ask this broker.</summary>
    public PeerQuestions Questions { get; }

    /// <summary>Clients' calls that have arrived and are not answered, oldest first.</summary>
    public List<ClientCall> OpenCalls { get; } = [];

    /// <summary>The process is gone: nothing of it may happen any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Sets everything going.</summary>
    public void Start()
    {
        foreach (var step in _steps)
        {
            step.Wake();
        }

        foreach (var rounds in _rounds)
        {
            rounds.Start();
        }

        Mesh.Start();
        _world.After(_turns.Between(0, _world.Settings.Tick), new BrokerTick(this));
        Registering = JoinAsync();
    }

    /// <summary>The broker's making itself known, as its host does.</summary>
    public Task Registering { get; private set; } = Task.CompletedTask;

    public bool Post(GroupId group, IShardWork work)
    {
        if (IsDead)
        {
            return false;
        }

        Shard.Inbox.Post(work);
        _turn.Wake();
        return true;
    }

    /// <summary>Reads take as long as the disk takes, and are off the shard.</summary>
    public void Enqueue(Action read) => _world.After(DrawDiskDelay(), new ColdRead(this, read));

    public void OnPeerUp(ReplicaId peer)
    {
        Post(GroupId.Metadata, new PeerWork(peer, isUp: true));
        foreach (var replica in Shard.Replicas)
        {
            if (replica.IsReadyToServe || replica.IsStopped)
            {
                Mesh.SendLeader(peer.Value, new LeaderAnnouncement(replica.Group, replica.Term, replica.Leader));
            }
        }
    }

    public void OnPeerDown(ReplicaId peer)
    {
        Leaders.ForgetLeader(peer);
        Post(GroupId.Metadata, new PeerWork(peer, isUp: false));
    }

    /// <summary>The process ends here and now: nothing is written, nobody is told.</summary>
    public void Die()
    {
        IsDead = true;
        Time.Die();
        Storage.Lane.Dispose();
        foreach (var call in OpenCalls.ToArray())
        {
            call.Lose();
        }
    }

    private long DrawDiskDelay() => _diskDelays.Between(20, _world.Settings.DiskDelayMax);

    private ShardServices ToServices(SimulatedLoggers loggers) => new()
    {
        Storage = Directories,
        Peers = Mesh,
        Leaders = Leaders,
        ColdReads = this,
        Metrics = SharedMetrics.Instance,
        Time = Time,
        Raft = _world.Settings.ToRaftOptions(),
        Checkpoints = _world.Settings.Checkpoints,
        Horizons = _horizons,
        Logger = loggers.Logger,
        OnStorageFailed = _broker.OnStorageFailed,
        OnDamaged = OnDamaged,
        OnAssignmentReached = (group, assignedAt) => Reports.OnReached(group, assignedAt),
    };

    /// <summary>As the product's composition root does.</summary>
    private void OnDamaged(Replica replica, string damage)
    {
        if (replica.Group == GroupId.Metadata)
        {
            _broker.OnStorageFailed(new IOException(damage));
        }
        else
        {
            _manager.OnDamaged(replica, damage);
        }
    }

    private void OpenMetadata(ReplicaId identity)
    {
        ReplicaId[] voters = [.. _world.Brokers.Select(broker => new ReplicaId(broker.Id))];
        var replica = new Replica(
            Shard,
            GroupId.Metadata,
            identity,
            voters,
            Directories.OpenLog(GroupId.Metadata),
            Metadata,
            RandomOf(GroupId.Metadata));
        Shard.Add(replica);
        Metadata.Attach(this, replica, _manager.OnSnapshot);
    }

    private SimulatedRandom RandomOf(GroupId group) =>
        _broker.RandomFor(BrokerStream.Cores, (_broker.Starts << 10) + (int)group.Value);

    private async Task JoinAsync()
    {
        try
        {
            if (Admission.Known is null)
            {
                var identity = await Admission.DecideAsync(CancellationToken.None);
                if (IsDead)
                {
                    return;
                }

                Run(() => OpenMetadata(identity));
                _world.OnReplicasChanged(_broker);
                _turn.Wake();
            }

            await MetadataService.RegisterBrokerAsync(
                new BrokerInfo(_broker.Id, "simulated", _broker.Id, $"simulated:{_broker.Id}", "", "simulated", Directories.DirectoryId),
                CancellationToken.None);
        }
        catch (BrokerException error)
        {
            _broker.OnStorageFailed(error);
        }
        catch (Exception error) when (error is SimulatedCrashException or IOException)
        {
            // The disk that was to take down the founders.
            Run(() => _broker.OnStorageFailed(error));
        }
    }
}
