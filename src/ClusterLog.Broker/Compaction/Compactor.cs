using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Compaction;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Compaction;

/// <summary>
/// Compacts this broker's replicas in the background, one partition at a time, those first of which the largest part was
/// never compacted. Each broker does so for itself; how far it has come is asked for by the partitions' leaders, who find
/// out what may go for good (<see cref="HorizonKeeper"/>).
/// </summary>
internal sealed class Compactor : IAsyncDisposable
{
    private readonly CompactionOptions _options;
    private readonly int _broker;
    private readonly Func<MetadataSnapshot> _metadata;
    private readonly StorageSet _storage;
    private readonly IShards _shards;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Pace _pace;
    private readonly CleanTable _clean;
    private readonly HorizonTable _horizons;
    private readonly Dictionary<GroupId, PartitionProgress> _progress = [];
    private readonly HashSet<GroupId> _putOff = [];
    private readonly Rounds _rounds;
    private OffsetMap? _map;

    /// <param name="metadata">Gives the newest metadata.</param>
    /// <param name="clean">Is told how far it has come.</param>
    /// <param name="horizons">Says which marks of deleted keys may go.</param>
    public Compactor(
        CompactionOptions options,
        int broker,
        Func<MetadataSnapshot> metadata,
        StorageSet storage,
        IShards shards,
        CleanTable clean,
        HorizonTable horizons,
        TimeProvider time,
        ILogger logger)
    {
        (_options, _broker, _metadata, _storage) = (options, broker, metadata, storage);
        (_shards, _clean, _horizons, _time, _logger) = (shards, clean, horizons, time, logger);
        _pace = new Pace(options.BytesPerSecond, time);

        // Whatever ends it, the logs are whole: partitions only grow until the broker is started again.
        _rounds = new Rounds(options.Interval, time, RunOnceAsync, _logger.CompactionEnded);
    }

    /// <summary>What it has done so far.</summary>
    public CompactionCounters Counters { get; } = new();

    public void Start() => _rounds.Start();

    /// <summary>One round: compacts whatever is worth it, and tries what was put off in earlier ones again.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        _putOff.Clear();
        while (await CompactOneAsync(cancellationToken))
        {
        }

        // Its memory is needed again only after a while.
        _map = null;
    }

    /// <summary>Compacts the partition that is worth it most. False when none is.</summary>
    internal async Task<bool> CompactOneAsync(CancellationToken cancellationToken)
    {
        if (Choose() is not { } choice)
        {
            return false;
        }

        var (chosen, log, step) = choice;
        try
        {
            await CompactAsync(chosen, log, step, cancellationToken);
        }
        catch (CorruptLogException damage)
        {
            _shards.Post(chosen.Group, new DamageWork(chosen.Group, damage));
            PutOff(chosen, damage.Message);
        }
        catch (DiskFullException full)
        {
            PutOff(chosen, full.Message);
        }
        catch (SegmentReplacedException)
        {
            PutOff(chosen, "Its log was cut meanwhile.");
        }

        return true;
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    private (PartitionInfo Partition, LogCompaction Log, CompactionStep Step)? Choose()
    {
        var held = _metadata().ByGroup.Values.Where(IsCompacted).ToList();
        Forget(_progress.Keys.Except(held.Select(partition => partition.Group)).ToArray());
        ((PartitionInfo, LogCompaction, CompactionStep)? Chosen, long Dirty) best = (null, -1);
        var (now, unixNow) = (Now(), _time.GetUtcNow().ToUnixTimeMilliseconds());
        var wait = TimeSpan.Zero;
        foreach (var partition in held.Where(partition => !_putOff.Contains(partition.Group)))
        {
            if (_storage.CompactionOf(partition.Group, _pace) is not { } log)
            {
                continue;
            }

            var progress = ProgressOf(partition.Group, log);
            var horizon = _horizons.Of(partition.Group);
            var dirt = LogDirt.Of(log, progress.Latest.To);
            var step = progress.Next(dirt, horizon.At(unixNow, partition.Config.TombstoneGraceMs), now, _options);
            if (step == CompactionStep.EndSegment)
            {
                // It is sealed by the next look.
                log.EndGrowing();
            }
            else if (step != CompactionStep.None && dirt.Dirty > best.Dirty)
            {
                best = ((partition, log, step), dirt.Dirty);
            }

            var waited = progress.WaitOfTombstones(horizon.Pending, now);
            wait = waited > wait ? waited : wait;
        }

        Counters.TombstoneWait = wait;
        return best.Chosen;
    }

    private void Forget(GroupId[] gone)
    {
        foreach (var group in gone)
        {
            _progress.Remove(group);
            _clean.Remove(group);
            _horizons.Remove(group);
        }
    }

    private PartitionProgress ProgressOf(GroupId group, LogCompaction log) =>
        _progress.TryGetValue(group, out var known) && known.Life == log.Life
            ? known
            : _progress[group] = new PartitionProgress(log.Life);

    private TimeSpan Now() => TimeSpan.FromMilliseconds(_time.GetMilliseconds());

    // What is committed in the memory of a majority can be lost: a record that went in its favour would be lost with it.
    private bool IsCompacted(PartitionInfo partition) =>
        partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
        && partition.Config.Durability == Durability.Disk
        && !partition.RunningOn(_broker).IsNone;

    private async Task CompactAsync(
        PartitionInfo partition, LogCompaction log, CompactionStep step, CancellationToken cancellationToken)
    {
        var (started, group) = (_time.GetTimestamp(), partition.Group);
        var progress = ProgressOf(group, log);
        var earlier = progress.Latest;
        var before = log.SealedBytes(0).All;
        var horizon = _horizons.Of(group).At(
            _time.GetUtcNow().ToUnixTimeMilliseconds(), partition.Config.TombstoneGraceMs);
        var compactor = new PartitionCompactor(_map ??= new OffsetMap(_options.MapBytesMax));
        var outcome = step == CompactionStep.Compact
            ? await compactor.RunAsync(log, earlier.To, horizon, cancellationToken)
            : await compactor.DropTombstonesAsync(log, earlier, horizon, cancellationToken);
        var isCut = !ReferenceEquals(progress.Life, log.Life) || (step == CompactionStep.Compact
            ? outcome.To <= earlier.To
            : outcome.Remaining.First < Math.Min(horizon, earlier.To));
        if (isCut)
        {
            PutOff(partition, "Its log was cut meanwhile.");
            return;
        }

        progress.Note(outcome, step);
        _clean.Set(group, progress.Life, outcome.CleanTo);
        Counters.RunEnded(outcome, before, log.SealedBytes(0).All);
        _logger.PartitionCompacted(
            partition,
            outcome.To,
            before,
            log.SealedBytes(0).All,
            outcome.Superseded,
            outcome.Tombstones,
            _time.GetElapsedTime(started).TotalSeconds);
    }

    private void PutOff(PartitionInfo partition, string reason)
    {
        _putOff.Add(partition.Group);
        _logger.CompactionPutOff(partition, reason, _options.Interval);
    }
}
