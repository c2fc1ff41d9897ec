using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage;

internal sealed partial class StorageEngine
{
    /// <summary>Takes the data directory, makes it where it is new, recovers what it holds, and starts the threads.</summary>
    /// <param name="layer">What stands between storage and the directory's disk; nothing when null. Tests have one.</param>
    /// <exception cref="DataDirectoryException">
    /// The options are out of bounds, or the directory is in use, another broker's or cluster's, or damaged.
    /// </exception>
    public static StorageEngine Open(
        StorageOptions options,
        DirectoryIdentity identity,
        TimeProvider time,
        ILoggerFactory loggers,
        Func<IStorageDisk, IStorageDisk>? layer = null)
    {
        RefuseBadOptions(options);
        var disk = new LinuxDisk(options.DataDirectory, options.WalSyncMode);
        var directoryLock = disk.Lock();
        try
        {
            var engine = Recover(options, identity, layer?.Invoke(disk) ?? disk, time, loggers, directoryLock, threads: true);
            engine._filesThread!.Start();
            engine._segmentsThread!.Start();
            engine._walThread!.Start();
            return engine;
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens over a disk of the caller's, without threads: the caller calls each RunOnce itself.</summary>
    internal static StorageEngine OpenByHand(
        StorageOptions options, DirectoryIdentity identity, IStorageDisk disk, TimeProvider time, ILoggerFactory loggers)
    {
        RefuseBadOptions(options);
        return Recover(options, identity, disk, time, loggers, null, threads: false);
    }

    private static StorageEngine Recover(
        StorageOptions options,
        DirectoryIdentity identity,
        IStorageDisk disk,
        TimeProvider time,
        ILoggerFactory loggers,
        IDisposable? directoryLock,
        bool threads)
    {
        var logger = loggers.CreateLogger("ClusterLog.Storage");
        disk.CreateDirectory("");
        var found = IdentityFile.Check(disk, options.DataDirectory, identity);
        disk.CreateDirectory(StorageLayout.WalFolder);
        disk.CreateDirectory(StorageLayout.SegmentsFolder);
        disk.SyncDirectory("");
        var recovered = RecoverGroups(disk, options, logger);
        return new StorageEngine(disk, options, time, logger, recovered, directoryLock, threads)
        {
            DirectoryId = found.DirectoryId,
        };
    }

    private static WalRecoveryResult RecoverGroups(IStorageDisk disk, StorageOptions options, ILogger logger)
    {
        var wal = new WalRecovery(disk, options, logger);
        var segments = new SegmentRecovery(disk);
        var checkpoints = new CheckpointRecovery(disk, logger);
        var damaged = new Dictionary<GroupId, CorruptLogException>();
        var leftOver = new List<string>();
        var groups = new List<RecoveredGroup>();
        foreach (var group in segments.Groups().Union(wal.Starts.Keys))
        {
            var start = wal.Starts.GetValueOrDefault(group);
            try
            {
                var names = disk.ListFiles(SegmentSnapshot.FolderOf(group));
                var list = segments.Recover(group, start, names, leftOver);
                groups.Add(new RecoveredGroup(list, checkpoints.Recover(list, names, leftOver)));
            }
            catch (CorruptLogException error)
            {
                // A group whose removal was cut short has lost some of its files: only the WAL knows whether that is
                // corruption.
                damaged.Add(group, error);
                groups.Add(new RecoveredGroup(new SegmentList(group, default), []));
            }
        }

        return wal.Run(groups, damaged, leftOver);
    }

    private static void RefuseBadOptions(StorageOptions options)
    {
        var errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new DataDirectoryException("The storage options are out of bounds. " + string.Join(' ', errors));
        }
    }
}
