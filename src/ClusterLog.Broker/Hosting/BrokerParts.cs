using ClusterLog.Broker.Balancing;
using ClusterLog.Broker.Clients;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Repair;
using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using System.Diagnostics.Metrics;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// The parts of one broker, put together in the order in which they depend on each other and taken down in the
/// reverse. This is the composition root: nothing else creates what is shared.
/// </summary>
internal sealed partial class BrokerParts : IAsyncDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _stopping = new();
    private Task _registering = Task.CompletedTask;

    private BrokerParts(BrokerOptions options, TimeProvider time, PayloadMemory? payloads)
    {
        Payloads = payloads ?? options.Storage.ToPayloadMemory();
        Options = options;
        Time = time;
    }

    public BrokerOptions Options { get; }

    public TimeProvider Time { get; }

    public TaskCompletionSource<Exception> Failure { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where the payloads of entries lie, from their arrival on.</summary>
    public PayloadMemory Payloads { get; }

    public StorageSet Storage { get; private set; } = null!;

    public BrokerMetrics Metrics { get; private set; } = null!;

    public PrometheusExporter Exporter { get; private set; } = null!;

    public LeaderTable Leaders { get; } = new();

    public PeerMesh Mesh { get; private set; } = null!;

    public ColdReads ColdReads { get; } = new(workers: 2);

    public ShardSet Shards { get; private set; } = null!;

    public MetadataGroup Metadata { get; private set; } = null!;

    public MetadataService MetadataService { get; private set; } = null!;

    public HealthMonitor Health { get; private set; } = null!;

    /// <summary>Says who is to lead what.</summary>
    public LeaderBalancer Balancer { get; private set; } = null!;

    public ClientServices Clients { get; private set; } = null!;

    public ClientConnectionHandler ClientConnections { get; private set; } = null!;

    public BrokerListeners Listeners { get; private set; } = null!;

    public static async Task<BrokerParts> StartAsync(
        BrokerOptions options,
        ILoggerFactory loggers,
        TimeProvider time,
        Func<IStorageDisk, IStorageDisk>? diskLayer,
        PayloadMemory? payloads,
        CancellationToken cancellationToken)
    {
        var parts = new BrokerParts(options, time, payloads);
        try
        {
            parts.Create(loggers, diskLayer);
            if (parts.Admission.Known is { } known)
            {
                await parts.OpenMetadataAsync(known, loggers);
            }

            parts.Listeners = await BrokerListeners.StartAsync(
                options,
                parts.ClientConnections,
                new PeerConnectionHandler(parts.Mesh),
                parts.Health,
                parts.Exporter,
                loggers,
                cancellationToken);
            parts.Mesh.Start();
            parts.Shards.StartTicking();
            parts.Compactor.Start();
            parts.Keys.Start();
            parts.Horizons.Start();
            parts.Balancer.Start();
            parts.Moves.Start();
            parts._registering = Task.Run(() => parts.JoinAsync(loggers), CancellationToken.None);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Refuses new work, and waits for what is in flight to be answered.</summary>
    public Task DrainAsync(TimeSpan timeout)
    {
        Clients.IsStopping = true;
        return ClientConnections.DrainAsync(timeout);
    }

    /// <summary>Takes down whatever has been put up, the listeners first and storage last.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await DisposeAsync(Balancer);
        await DisposeAsync(ClientConnections);
        await DisposeAsync(Mesh);
        await DisposeAsync(Listeners);
        await _registering;
        await DisposeAsync(Repairer);
        await DisposeAsync(Moves);
        await DisposeAsync(Reports);
        await DisposeAsync(Health);
        await DisposeAsync(Horizons);
        await DisposeAsync(Compactor);
        await DisposeAsync(Keys);
        await DisposeAsync(Shards);
        await DisposeAsync(ColdReads);
        await DisposeAsync(Storage);
        Clients?.ColdFetches.Dispose();
        MetadataService?.Dispose();
        Exporter?.Dispose();
        Metrics?.Dispose();
        await _meters.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>A source of randomness of its own for each part, different on every broker and at every start.</summary>
    private Random NewRandom(int part) => new(HashCode.Combine(Options.BrokerId, part, Time.GetTimestamp()));

    private void Create(ILoggerFactory loggers, Func<IStorageDisk, IStorageDisk>? diskLayer)
    {
        var logger = loggers.CreateLogger<BrokerHost>();
        var meters = _meters.GetRequiredService<IMeterFactory>();
        Metrics = new BrokerMetrics(meters);
        Exporter = new PrometheusExporter(meters);
        Storage = StorageSet.Open(
            Options.ToDirectories(),
            Options.ToDirectoryIdentity(),
            isOnlyBroker: Options.Cluster.Count == 1,
            NewRandom(0),
            Time,
            loggers,
            diskLayer);
        RequireMetadata();
        var events = new PeerEvents();
        Mesh = new PeerMesh(
            Options.ToPeerOptions((ulong)Time.GetUtcNow().Ticks), events, Time, NewRandom(1), loggers, Payloads);
        Keys = NewKeyIndex(loggers);
        Shards = new ShardSet(
            Options.Shards,
            Options.Raft.TickInterval,
            new ShardServices
            {
                Storage = Storage,
                Peers = Mesh,
                Leaders = Leaders,
                ColdReads = ColdReads,
                Applied = Keys,
                Horizons = HorizonTable,
                CatchUp = CatchUp,
                OnAssignmentReached = OnAssignmentReached,
                Metrics = Metrics,
                Time = Time,
                Raft = Options.Raft.ToRaftOptions(),
                Checkpoints = Options.Storage.ToCheckpointOptions(),
                Logger = logger,
                OnStorageFailed = Fail,
                OnDamaged = OnDamaged,
                OnDirectoryFailed = OnDirectoryFailed,
            },
            Fail);
        Storage.OnDamageFound((group, damage) => Shards.Post(group, new DamageWork(group, damage)));
        Metadata = new MetadataGroup(new MetadataState(loggers.CreateLogger<MetadataState>()), Time);
        MetadataService = new MetadataService(
            Options.ToMetadataOptions(), Metadata, Leaders, Mesh, Time, NewRandom(2), loggers.CreateLogger<MetadataService>());
        Health = new HealthMonitor(Shards, Storage, Time);
        Compactor = NewCompactor(loggers);
        Horizons = NewHorizonKeeper(loggers);
        CreateRepair(logger);
        CreateClients(logger);
        Balancer = NewBalancer(loggers);
        events.Attach(
            Shards, Mesh, Leaders, new PeerQuestions(MetadataService, Admission, Horizons, Balancer), Balancer);
        Metrics.Observe(ReadGauges, Time);
    }

    private void RequireMetadata()
    {
        if (Options.Cluster.Count == 1 && Storage.DamageOf(GroupId.Metadata) is { } damage)
        {
            throw new DataDirectoryException(
                $"The metadata is damaged, and this broker is the only one that had it: {damage}.");
        }
    }

    private void CreateClients(ILogger logger)
    {
        Clients = new ClientServices
        {
            Options = Options,
            Shards = Shards,
            Metadata = Metadata,
            MetadataService = MetadataService,
            Leaders = Leaders,
            Peers = Mesh,
            Storage = Storage,
            Payloads = Payloads,
            Metrics = Metrics,
            BytesWaiting = new ByteBudget(Options.Limits.BytesWaitingMax),
            BytesBuffered = new ByteBudget(Options.Limits.BytesBufferedMax),
            ColdFetches = new ColdFetches(Shards),
            Keys = Keys,
            Time = Time,
            Logger = logger,
            StartedAt = Time.GetTimestamp(),
        };
        ClientConnections = new ClientConnectionHandler(Clients);
    }

    private BrokerGauges ReadGauges()
    {
        var replicas = Health.Replicas;
        return new BrokerGauges
        {
            Groups = replicas.Groups,
            GroupsLed = replicas.Led,
            GroupsWithoutLeader = replicas.WithoutLeader,
            GroupsFailed = replicas.Failed,
            GroupsLost = Health.Lost().Count,
            GroupsCatchingUp = Health.CatchUp.Behind,
            WithoutLeaderSeconds = Health.WithoutLeaderFor.TotalSeconds,
            Lag = Health.Lag,
            BytesWaiting = Clients.BytesWaiting.Taken,
            WalState = (int)Storage.Engines.Max(static engine => engine.State),
            WalBytes = Storage.Sum(static figures => figures.WalBytesWritten),
            WalWrites = Storage.Sum(static figures => figures.WalWrites),
            WalSyncSeconds = Storage.Engines.Sum(static engine => engine.Counters.WalSyncSeconds),
            WalQueueBytes = Storage.Sum(static figures => figures.WalQueueBytes),
            WalFiles = (int)Storage.Sum(static figures => figures.WalFiles),
            SegmentBytes = Storage.Sum(static figures => figures.SegmentBytesWritten),
            SegmentWrites = Storage.Sum(static figures => figures.SegmentWrites),
            SegmentSyncSeconds = Storage.Engines.Sum(static engine => engine.Counters.SegmentSyncSeconds),
            TailBytes = Storage.Sum(static figures => figures.TailBytes),
            PayloadBytesUsed = Payloads.UsedBytes,
            PayloadBytesFree = Payloads.FreeBytes,
            PayloadBytesLost = Payloads.LostBytes,
            ScrubbedBytes = Storage.Sum(static figures => figures.ScrubbedBytes),
            DamageFound = Storage.Sum(static figures => figures.DamageFound),
            Compaction = Compactor.Counters,
            Moves = Metadata.Snapshot.ByGroup.Values.Count(static partition => partition.IsMoving),
            CatchUpBytes = CatchUp.Used,
            CatchUpWaits = CatchUp.Refusals,
            GroupsDamaged = Storage.LostIdentities,
            Directories = DirectoryGauges.Of(Storage),
            Peers = [.. Mesh.Status.Select(peer => new PeerGauges(
                peer.Peer.Value,
                peer.IsConnected,
                peer.Counters.BytesSent,
                peer.Counters.BytesReceived,
                peer.OutboundBytes,
                peer.Counters.DroppedNotConnected + peer.Counters.DroppedOutboundFull))],
        };
    }

    private LeaderBalancer NewBalancer(ILoggerFactory loggers) =>
        new(Options.BrokerId, Metadata, Shards, Mesh, Time, loggers.CreateLogger<LeaderBalancer>());

    private void Fail(Exception reason) => Failure.TrySetResult(reason);

    private static async Task DisposeAsync(IAsyncDisposable? part)
    {
        if (part is not null)
        {
            await part.DisposeAsync();
        }
    }
}
