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
/// never compacted. Each broker does so for itself; nothing of it is replicated.
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
    private readonly Dictionary<GroupId, (int Life, long Offset)> _compactedTo = [];
    private readonly HashSet<GroupId> _putOff = [];
    private readonly CancellationTokenSource _stopping = new();
    private OffsetMap? _map;
    private Task _running = Task.CompletedTask;

    /// <param name="metadata">Gives the newest metadata.</param>
    public Compactor(
        CompactionOptions options,
        int broker,
        Func<MetadataSnapshot> metadata,
        StorageSet storage,
        IShards shards,
        TimeProvider time,
        ILogger logger)
    {
        (_options, _broker, _metadata, _storage) = (options, broker, metadata, storage);
        (_shards, _time, _logger) = (shards, time, logger);
        _pace = new Pace(options.BytesPerSecond, time);
    }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Compacts the partition that is worth it most. False when none is.</summary>
    internal async Task<bool> CompactOneAsync(CancellationToken cancellationToken)
    {
        if (Choose() is not { } chosen)
        {
            return false;
        }

        try
        {
            await CompactAsync(chosen, cancellationToken);
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

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await ProcessAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops.
        }
        catch (Exception exception)
        {
            // Whatever it is, the logs are whole: partitions only grow until the broker is started again.
            _logger.CompactionEnded(exception);
        }
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_options.Interval, _time, cancellationToken);
            _putOff.Clear();
            while (await CompactOneAsync(cancellationToken))
            {
            }

            // Its memory is needed again only after a while.
            _map = null;
        }
    }

    private PartitionInfo? Choose()
    {
        var held = _metadata().ByGroup.Values.Where(IsCompacted).ToList();
        foreach (var gone in _compactedTo.Keys.Except(held.Select(partition => partition.Group)).ToArray())
        {
            _compactedTo.Remove(gone);
        }

        var (chosen, dirtiest) = ((PartitionInfo?)null, 0L);
        foreach (var partition in held.Where(partition => !_putOff.Contains(partition.Group)))
        {
            var log = LogOf(partition);
            var (dirty, all) = log?.SealedBytes(CompactedTo(partition, log)) ?? default;
            if (dirty > dirtiest && dirty * 100 >= all * _options.DirtyPercentMin)
            {
                (chosen, dirtiest) = (partition, dirty);
            }
        }

        return chosen;
    }

    // What is committed in the memory of a majority can be lost: a record that went in its favour would be lost with it.
    private bool IsCompacted(PartitionInfo partition) =>
        partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
        && partition.Config.Durability == Durability.Disk
        && !partition.ReplicaOn(_broker).IsNone;

    private async Task CompactAsync(PartitionInfo partition, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        if (LogOf(partition) is not { } log)
        {
            return;
        }

        var (life, from) = (log.Life, CompactedTo(partition, log));
        var before = log.SealedBytes(0).All;
        var to = await new PartitionCompactor(_map ??= new OffsetMap(_options.MapBytesMax))
            .RunAsync(log, from, cancellationToken);
        if (to <= from || life != log.Life)
        {
            PutOff(partition, "Its log was cut meanwhile.");
            return;
        }

        _compactedTo[partition.Group] = (life, to);
        _logger.PartitionCompacted(
            partition, to, before, log.SealedBytes(0).All, _time.GetElapsedTime(started).TotalSeconds);
    }

    private long CompactedTo(PartitionInfo partition, LogCompaction log) =>
        _compactedTo.TryGetValue(partition.Group, out var known) && known.Life == log.Life ? known.Offset : 0;

    private void PutOff(PartitionInfo partition, string reason)
    {
        _putOff.Add(partition.Group);
        _logger.CompactionPutOff(partition, reason, _options.Interval);
    }

    private LogCompaction? LogOf(PartitionInfo partition) => _storage.CompactionOf(partition.Group, _pace);
}
