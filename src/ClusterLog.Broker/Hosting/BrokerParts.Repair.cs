using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Repair;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <content>The replica of the metadata, from which all others follow, and what brings back those that were lost.</content>
internal sealed partial class BrokerParts
{
    private volatile ReplicaManager? _manager;

    public MetadataAdmission Admission { get; private set; } = null!;

    public ReplicaRepairer Repairer { get; private set; } = null!;

    public AssignmentReports Reports { get; private set; } = null!;

    public MoveScheduler Moves { get; private set; } = null!;

    private CatchUpBudget CatchUp => field ??= new CatchUpBudget(Options.Replication.CatchUpBytesPerSecondMax, Time);

    private void OnAssignmentReached(GroupId group, LogIndex assignedAt) => Reports.OnReached(group, assignedAt);

    private void CreateRepair(ILogger logger)
    {
        Admission = new MetadataAdmission(
            Options.BrokerId, Options.Cluster.Select(static member => member.BrokerId), Storage, Mesh, Time, logger);
        Repairer = new ReplicaRepairer(MetadataService, Storage.DirectoryId, Time, logger);
        Reports = new AssignmentReports(Metadata, MetadataService, Time, logger);
        Moves = new MoveScheduler(
            Options.Replication,
            Options.BrokerId,
            Metadata,
            MetadataService,
            broker => Mesh.IsConnected(new ReplicaId(broker)),
            Time,
            logger);
        Health.Repairing = () => Repairer.Waiting;
        Health.Lost = () => _manager?.Lost ?? [];
    }

    /// <summary>Group 0 stands on every broker, from the first start on; all other groups follow from what it says.</summary>
    private Task<bool> OpenMetadataAsync(ReplicaId self, ILoggerFactory loggers)
    {
        // One for all groups of a shard, on whose thread it is used: thousands of their own would cost more than the rest.
        Random[] randoms = [.. Enumerable.Range(0, Options.Shards).Select(shard => NewRandom(shard + 3))];
        var manager = _manager = new ReplicaManager(
            Options.BrokerId,
            Storage,
            Shards,
            group => randoms[Shards.IndexOf(group)],
            loggers.CreateLogger<ReplicaManager>())
        {
            OnLost = Repairer.OnLost,
            IsCurrent = () => Metadata.IsCurrent,
        };
        ReplicaId[] voters = [.. Options.Cluster.Select(member => new ReplicaId(member.BrokerId)).Order()];
        return Shards.AskAsync(GroupId.Metadata, shard =>
        {
            var log = Storage.TryOpenLog(GroupId.Metadata)
                ?? throw new IOException("No data directory can take the metadata before the next start.");
            var replica = new Replica(shard, GroupId.Metadata, self, voters, log, Metadata, randoms[shard.Id]);
            shard.Add(replica);
            Metadata.Attach(Shards, replica, manager.OnSnapshot);
            return true;
        });
    }

    /// <summary>Takes part in the metadata, once it is known as whom, and makes the broker known to the cluster.</summary>
    private async Task JoinAsync(ILoggerFactory loggers)
    {
        try
        {
            var leaving = Task.CompletedTask;
            if (Admission.Known is null)
            {
                await OpenMetadataAsync(await Admission.DecideAsync(_stopping.Token), loggers);
            }
            else
            {
                leaving = LeaveIfReplacedAsync();
            }

            await MetadataService.RegisterBrokerAsync(
                Options.ToBrokerInfo(Listeners.ClientEndPoint, Listeners.HttpEndPoint, Storage.DirectoryId), _stopping.Token);
            Health.IsRegistered = true;
            await Task.WhenAll(leaving, Health.CatchUp.RunAsync(_stopping.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or BrokerException or IOException)
        {
            if (!_stopping.IsCancellationRequested)
            {
                loggers.CreateLogger<BrokerHost>().RegistrationFailed(Options.BrokerId, exception);
                Fail(exception);
            }
        }
    }

    /// <summary>A replica of the metadata that was replaced while it was away has lost its identity, like one with damage.</summary>
    private async Task LeaveIfReplacedAsync()
    {
        if (await Admission.IsReplacedAsync(() => Metadata.IsCurrent, _stopping.Token))
        {
            Shards.Post(GroupId.Metadata, new DamageWork(GroupId.Metadata, new CorruptLogException(
                GroupId.Metadata, StorageLayout.SegmentsFolder, 0, "this broker's replica", "one that has been replaced")));
        }
    }

    /// <summary>
    /// A replica comes back as another while the broker goes on. That of the metadata, from which all else follows, does
    /// so by a restart of the broker, which finds the damage again.
    /// </summary>
    private void OnDamaged(Replica replica, string damage)
    {
        if (replica.Group == GroupId.Metadata)
        {
            Fail(new RestartNeededException($"The metadata's replica must be repaired by a restart of the broker: {damage}"));
        }
        else
        {
            _manager?.OnDamaged(replica, damage);
        }
    }

    /// <summary>
    /// A directory has failed, and others go on: what it held comes back there. Only the metadata says as whom, so where
    /// its replica has stopped too, that has to wait for the next start; what is in other directories is served till then.
    /// </summary>
    private void OnDirectoryFailed(Replica replica, string reason)
    {
        if (Storage.HomeOf(GroupId.Metadata)?.Failure is null)
        {
            _manager?.OnDamaged(replica, reason);
        }
    }
}
