using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Traces;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;
using ClusterLog.Storage.Checking;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Simulation.Rot;

/// <summary>
/// One flipped bit, and all that must hold nevertheless: everything acknowledged is served, by every broker as leader,
/// byte by byte; nothing else is; what is sent again is known; the broker becomes a full member of every group again; and,
/// to be sure that it has, the one that was whole is lost, and everything goes on without it.
/// </summary>
internal sealed class RotRun : RotScript
{
    private readonly RotBase _base;
    private readonly RotPlace _place;
    private readonly MemoryDisk[] _disks;
    private readonly List<RotPartition> _partitions;
    private readonly List<RotProducer> _producers = [];
    private RotFinder _stage = RotFinder.Start;
    private RotFinder _foundBy;
    private int _groupsRebuilt;
    private bool _isIdentityReplaced;
    private bool _isGone;

    private RotRun(RotBase from, RotPlace place)
    {
        (_base, _place) = (from, place);
        _disks = [.. from.Images.Select(static image => new MemoryDisk(image, RotBase.BootId))];
        _partitions = [.. from.Partitions.Select(static partition => partition.Copy())];

        // Ids that nobody was given in the life before.
        _producers.AddRange(_partitions.Select((partition, i) => new RotProducer(partition, 1_000_000 + i, from.Seed)));
    }

    private SimulatedBroker Rotting => World.Broker(_place.Broker);

    private MemoryDisk RottingDisk => _disks[_place.Broker - 1];

    public static RotOutcome Run(RotBase from, RotPlace place, TextWriter? trace = null)
    {
        var run = new RotRun(from, place);
        var allRunAfter = place.WholeOneIsLate ? 5 * WorldSettings.Second : WorldSettings.Millisecond;
        var world = new World(from.Seed, RotSettings.Make(from.Seed, allRunAfter), FaultPlan.None, new Trace(trace))
        {
            DiskOf = of => run._disks[of.Id - 1],
            StartsAtOnce = broker => !place.WholeOneIsLate || broker.Id != from.Whole,
        };
        world.Broker(place.Broker).IsDamaged = true;
        if (place.Moment == RotMoment.Down)
        {
            run.Flip();
        }

        var violation = world.Run(run);
        return new RotOutcome(place, violation, run._foundBy, run._groupsRebuilt, run._isIdentityReplaced, run._isGone);
    }

    /// <inheritdoc/>
    public override void OnBrokerStarted(SimulatedBroker broker)
    {
        if (broker.Id == _place.Broker && broker.Life!.Storage.Counters.DamageFound > 0)
        {
            Found(RotFinder.Start);
        }
    }

    /// <inheritdoc/>
    public override void OnReplicaFailed(SimulatedBroker broker, Exception? reason)
    {
        if (broker.Id == _place.Broker)
        {
            Found(_stage);
        }
    }

    protected override async Task ScriptAsync()
    {
        if (_place.Moment == RotMoment.Down)
        {
            await Cluster.SettleAsync();
            await WritePendingAsync();
        }
        else
        {
            await RotWhileRunningAsync();
        }

        await ReadFromAsync(_place.Broker, RotFinder.Read);
        await InStageAsync(RotFinder.Scrubber, () => Cluster.ScrubAsync(_place.Broker));
        await Cluster.SettleAsync();
        await ReadFromAsync(_base.Behind, RotFinder.Read);
        await ReadFromAsync(_base.Whole, RotFinder.Read);
        Count();
        await LoseTheWholeOneAsync();
        CheckDisk();
        World.Broker(_base.Whole).Start();
    }

    private async Task RotWhileRunningAsync()
    {
        await Cluster.SettleAsync();
        await WritePendingAsync();
        await Cluster.LeadAsync(_place.Broker);
        Flip();
        if (_place.Moment == RotMoment.Scrub)
        {
            await InStageAsync(RotFinder.Scrubber, () => Cluster.ScrubAsync(_place.Broker));
        }
        else if (RotKind.IsReadWhileRunning(_place.Path))
        {
            await InStageAsync(RotFinder.Read, () => ReadAllAsync(_place.Broker, mustLead: false));
        }

        await WriteNewAsync();
        await Cluster.SettleAsync();
        Rotting.Crash(powerLost: false, losesAll: false);
        await World.Delay(WorldSettings.Second);
        Rotting.Start();
        await Cluster.SettleAsync();
    }

    // The other two are a majority without it. Whether its replicas hold what they say shows now.
    private async Task LoseTheWholeOneAsync()
    {
        World.Broker(_base.Whole).Crash(powerLost: false, losesAll: false);
        await Cluster.ServeAsync();
        await WriteNewAsync();
        foreach (var partition in _partitions)
        {
            await Cluster.WriteAgainAsync(partition);
        }

        await ReadAllAsync(_place.Bit % 2 == 0 ? _place.Broker : _base.Behind, mustLead: true);
    }

    private async Task ReadFromAsync(int broker, RotFinder stage)
    {
        await Cluster.LeadAsync(broker);
        await InStageAsync(stage, () => ReadAllAsync(broker, mustLead: true));
        foreach (var partition in _partitions)
        {
            await Cluster.WriteAgainAsync(partition);
        }

        await Cluster.SettleAsync();
    }

    private async Task ReadAllAsync(int broker, bool mustLead)
    {
        foreach (var partition in _partitions)
        {
            await Cluster.ReadAsync(partition, broker, mustLead);
        }
    }

    private async Task WritePendingAsync()
    {
        foreach (var partition in _partitions)
        {
            foreach (var batch in partition.Pending)
            {
                await Cluster.WriteAsync(partition, batch);
            }
        }
    }

    private async Task WriteNewAsync()
    {
        foreach (var producer in _producers)
        {
            await Cluster.WriteAsync(producer.Partition, producer.Next(World.Now));
        }
    }

    // Who finds something from now on, and be it made good without anybody else's help.
    private async Task InStageAsync(RotFinder stage, Func<Task> act)
    {
        var (life, before) = (Rotting.Life, Rotting.Life?.Storage.Counters.DamageFound);
        _stage = stage;
        await act();
        if (life is not null && life.Storage.Counters.DamageFound > before)
        {
            Found(stage);
        }

        _stage = RotFinder.Start;
    }

    private void Found(RotFinder finder) => _foundBy = _foundBy == RotFinder.Nobody ? finder : _foundBy;

    private void Flip() => _isGone = !RottingDisk.Flip(PathNow(), _place.Position, _place.Mask);

    // Each start begins a file of the WAL, and lets go of the others in a while: the newest stands for them.
    private string PathNow()
    {
        if (RottingDisk.Exists(_place.Path) || !RotKind.IsWal(_place.Path))
        {
            return _place.Path;
        }

        var newest = RottingDisk.ListFiles(StorageLayout.WalFolder).Where(RotKind.IsWal).Last();
        return $"{StorageLayout.WalFolder}/{newest}";
    }

    private void Count()
    {
        var life = Rotting.Life!;
        _isIdentityReplaced = life.Storage.DirectoryId != _base.DirectoryId;
        foreach (var partition in life.Metadata.Snapshot.ByGroup.Values)
        {
            _groupsRebuilt += partition.ReplicaOn(_place.Broker) == _base.Identities[partition.Group] ? 0 : 1;
        }

        _groupsRebuilt += life.Metadata.Snapshot.MetadataReplicaOn(_place.Broker) == new ReplicaId(_place.Broker) ? 0 : 1;
    }

    // As the operator's command does it.
    private void CheckDisk()
    {
        Rotting.Crash(powerLost: false, losesAll: false);
        var disk = new MemoryDisk(RottingDisk.Capture(), RotBase.BootId);
        var findings = DirectoryCheck.Run(disk, "/simulated", NullLogger.Instance).Findings;
        if (findings.Count > 0)
        {
            throw new ViolationException(RotVerdict.Unrepaired, $"{Rotting}: at the end a check still finds {findings[0]}");
        }

        Rotting.Start();
    }
}
