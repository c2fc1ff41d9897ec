using System.Runtime.ExceptionServices;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage;

internal sealed partial class StorageSet
{
    private readonly ILogger _logger;

    private StorageSet(
        IReadOnlyList<StorageEngine> engines,
        IReadOnlyList<ClosedDirectory> closed,
        RecoveredHomes recovered,
        long id,
        bool lacksMembers,
        ILogger logger)
    {
        (Engines, Closed, DirectoryId, _logger) = (engines, closed, id, logger);
        _groups = new int[engines.Count];
        for (var ordinal = 0; ordinal < engines.Count; ordinal++)
        {
            var engine = engines[ordinal];
            engine.Ordinal = ordinal;
            engine.OnFailed = reason => SetLog.Failed(_logger, engine.Directory, reason);
        }

        RecoveredGroups = [.. recovered.Homes.Keys];
        HoldsNothing = recovered.Homes.Count == 0 && !lacksMembers;
        foreach (var (group, home) in recovered.Homes)
        {
            Settle(group, home);
        }

        foreach (var (group, left) in recovered.Departed)
        {
            SetLog.Departed(_logger, group, _homes[group].Directory, left.Directory, left.IncarnationOf(group));
            left.Remove(group);
        }
    }

    /// <summary>
    /// What the cluster knows this broker's directories by: another than at the start before where any of them is
    /// missing, new or another, so that what they held is known to be lost.
    /// </summary>
    public long DirectoryId { get; }

    /// <summary>The directories that could not be opened.</summary>
    public IReadOnlyList<ClosedDirectory> Closed { get; }

    /// <summary>No group is here, nor was any in a directory that is missing: this broker may be one that is new.</summary>
    public bool HoldsNothing { get; }

    /// <summary>
    /// Opens all directories of a broker. One that fails to be read or written is left out, unless it is the only one;
    /// what it holds is lost to this broker then, until it is there again at a later start.
    /// </summary>
    /// <param name="directories">One for each directory, in the order of their listing.</param>
    /// <param name="owner">Whose they are; the ids of new ones are drawn.</param>
    /// <param name="isOnlyBroker">Nobody else has the metadata: it must not be begun anew where it was.</param>
    /// <param name="random">Draws ids.</param>
    /// <param name="layer">What stands between storage and each disk; nothing when null. Tests have one.</param>
    /// <exception cref="DataDirectoryException">
    /// One of them is in use, another's, of another version, or a copy of another one; or nothing can be gone on with.
    /// </exception>
    /// <exception cref="IOException">None can be read or written.</exception>
    public static StorageSet Open(
        IReadOnlyList<StorageOptions> directories,
        DirectoryIdentity owner,
        bool isOnlyBroker,
        Random random,
        TimeProvider time,
        ILoggerFactory loggers,
        Func<IStorageDisk, IStorageDisk>? layer = null)
    {
        return Open(
            directories,
            isOnlyBroker,
            random.NextInt64,
            options => StorageEngine.Open(options, owner.Renamed(random.NextInt64()), time, loggers, layer),
            loggers);
    }

    /// <summary>The same over engines of the caller's.</summary>
    /// <param name="newId">Draws an id.</param>
    /// <param name="open">Opens one directory.</param>
    internal static StorageSet Open(
        IReadOnlyList<StorageOptions> directories,
        bool isOnlyBroker,
        Func<long> newId,
        Func<StorageOptions, StorageEngine> open,
        ILoggerFactory loggers)
    {
        var (opened, closed) = (new List<StorageEngine>(), new List<ClosedDirectory>());
        try
        {
            foreach (var options in directories)
            {
                try
                {
                    opened.Add(open(options));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    closed.Add(new ClosedDirectory(options.DataDirectory, error));
                }
            }

            return Join(opened, closed, isOnlyBroker, newId, loggers);
        }
        catch
        {
            opened.ForEach(static engine => engine.Close());
            throw;
        }
    }

    /// <summary>
    /// Makes engines, which are open and serve nobody yet, one broker's storage. Their id is the one that they had
    /// together before, or else a new one, which is durable in all of them on return. One that cannot be written is left
    /// out.
    /// </summary>
    private static StorageSet Join(
        List<StorageEngine> opened, List<ClosedDirectory> closed, bool isOnlyBroker, Func<long> newId, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("ClusterLog.Storage");
        while (true)
        {
            if (opened.Count == 0)
            {
                ExceptionDispatchInfo.Throw(closed[0].Reason);
            }

            RefuseCopies(opened);
            var recovered = RecoveredHomes.Of(opened);
            long[] members = [.. opened.Select(static engine => engine.DirectoryId).Order()];
            long[] missing = [.. opened.SelectMany(static engine => engine.Set.Members).Except(members).Order()];
            RefuseToBeginAnew(opened, closed, missing.Length > 0, isOnlyBroker);
            var before = opened[0].Set;
            var isSame = before.Members.SequenceEqual(members) && opened.TrueForAll(engine => engine.Set == before);
            var set = isSame ? before : new DirectorySet(newId(), members);
            if (isSame || TrySave(set, opened, closed))
            {
                Tell(logger, opened, closed, isSame ? null : set, missing);
                return new StorageSet([.. opened], closed, recovered, set.Id, missing.Length > 0, logger);
            }
        }
    }

    /// <summary>One engine that is open already.</summary>
    internal static StorageSet Of(StorageEngine engine) =>
        new([engine], [], RecoveredHomes.Of([engine]), engine.DirectoryId, lacksMembers: false, NullLogger.Instance);

    // Whatever a crash leaves, the members do not agree then, and the next start draws another id.
    private static bool TrySave(DirectorySet set, List<StorageEngine> opened, List<ClosedDirectory> closed)
    {
        foreach (var engine in opened)
        {
            try
            {
                engine.SaveSet(set);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                opened.Remove(engine);
                closed.Add(new ClosedDirectory(engine.Directory, error));
                engine.Close();
                return false;
            }
        }

        return true;
    }

    private static void RefuseCopies(IEnumerable<StorageEngine> opened)
    {
        foreach (var same in opened.GroupBy(static engine => engine.DirectoryId).Where(static same => same.Count() > 1))
        {
            throw new DataDirectoryException(
                $"The data directories {string.Join(" and ", same.Select(static engine => engine.Directory))} both bear the id "
                + $"{same.Key:x16}: expected one for each, so one is a copy of the other. Take the copy off the list.");
        }
    }

    private static void RefuseToBeginAnew(
        List<StorageEngine> opened, List<ClosedDirectory> closed, bool lacksMembers, bool isOnlyBroker)
    {
        var holdsAny = opened.Exists(static engine => engine.RecoveredGroups.Count > 0);
        if (closed.Count > 0 && !holdsAny && !lacksMembers)
        {
            // A broker that is new has no reason to begin with less than it was given.
            throw new DataDirectoryException(
                $"The data directory {closed[0].Directory} cannot be opened, and the others hold nothing yet: "
                + closed[0].Reason.Message);
        }

        if (isOnlyBroker
            && (holdsAny || lacksMembers)
            && !opened.Exists(static engine => engine.RecoveredGroups.Contains(GroupId.Metadata)))
        {
            throw new DataDirectoryException(
                "The metadata is in none of the data directories that could be opened ("
                + string.Join(", ", opened.Select(static engine => engine.Directory))
                + "), and this broker is the only one that had it.");
        }
    }

    private static void Tell(
        ILogger logger, List<StorageEngine> opened, List<ClosedDirectory> closed, DirectorySet? changed, long[] missing)
    {
        foreach (var directory in closed)
        {
            SetLog.NotOpened(logger, directory.Directory, directory.Reason);
        }

        if (changed is not null)
        {
            var ids = missing.Length == 0 ? "none" : string.Join(", ", missing.Select(static id => $"{id:x16}"));
            SetLog.Changed(logger, opened.Count, ids, changed.Id);
        }
    }
}
