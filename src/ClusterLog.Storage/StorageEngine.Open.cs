using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage;

internal sealed partial class StorageEngine
{
    /// <summary>
    /// Takes the data directory, makes it where it is new, recovers what it holds, and starts the threads.
    /// </summary>
    /// <param name="layer">What stands between storage and the directory's disk; nothing when null. Tests have
    /// one.</param>
    /// <exception cref="DataDirectoryException">
    /// The options are out of bounds, or the directory is in use, another broker's or cluster's, or of another version.
    /// Damage is no reason: see <see cref="DamageOf"/>.
    /// </exception>
    public static StorageEngine Open(
        StorageOptions options,
        DirectoryIdentity identity,
        TimeProvider time,
        ILoggerFactory loggers,
        Func<IStorageDisk, IStorageDisk>? layer = null)
    {
        RefuseBadOptions(options);
        var disk = new LinuxDisk(options.DataDirectory, options.WalSyncMode, options.SegmentFilesOpenMax);
        var directoryLock = disk.Lock();
        try
        {
            var engine = Recover(options, identity, layer?.Invoke(disk) ?? disk, time, loggers, directoryLock, threads: true);
            engine._filesThread!.Start();
            engine._segmentsThread!.Start();
            engine._walThread!.Start();
            engine._scrubThread!.Start();
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
        var recovered = new DirectoryRecovery(disk, options, identity, logger).Run();
        return new StorageEngine(disk, options, time, logger, recovered, directoryLock, threads);
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
