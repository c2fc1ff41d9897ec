using System.Collections.Concurrent;
using ClusterLog.Raft;
using ClusterLog.Storage.Compaction;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Scrubbing;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage;

/// <summary>
/// One data directory: a WAL lane, the segments of every group in it, and their logs. Threads of its own: one writes the
/// WAL, one makes and recycles WAL files, one writes segments, one reads through what lies there.
/// </summary>
internal sealed partial class StorageEngine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<GroupId, GroupProgress> _progress = new();
    private readonly ConcurrentDictionary<GroupId, PartitionLog> _logs = new();
    private readonly ConcurrentDictionary<GroupId, RecoveredGroup> _recovered;
    private readonly GroupId[] _recoveredGroups;
    private readonly IDisposable? _lock;
    private readonly StorageThread? _walThread;
    private readonly StorageThread? _filesThread;
    private readonly StorageThread? _segmentsThread;
    private readonly StorageThread? _scrubThread;
    private readonly ILogger _logger;
    private DirectoryIdentity _identity;
    private bool _closed;

    private StorageEngine(
        IStorageDisk disk,
        StorageOptions options,
        TimeProvider time,
        ILogger logger,
        RecoveredDirectory directory,
        IDisposable? directoryLock,
        bool threads)
    {
        (Disk, Options, _lock, _logger) = (disk, options, directoryLock, logger);
        _identity = directory.Identity;
        Lost = new LostIdentities(disk, directory.Lost);
        var recovered = directory.Wal;
        _recovered = new ConcurrentDictionary<GroupId, RecoveredGroup>(recovered.Groups);
        _recoveredGroups = [.. recovered.Groups.Keys];
        _founders = FoundersFile.Load(disk);
        foreach (var (id, group) in recovered.Groups)
        {
            _progress[id] = new GroupProgress(id, group.Segments, group.Checkpoints)
            {
                Incarnation = group.HardState.Incarnation,
            };
        }

        Files = new WalFiles(disk, options, time, logger, recovered.NextEpoch, recovered.Spares);
        SegmentWriter = new SegmentWriter(disk, options, Counters, time, logger);
        var aside = new DamagedFolder(disk, options, logger);
        Salvage = new GroupSalvage(disk, aside, logger);
        Scrubber = new Scrubber(disk, options, Counters, SegmentWriter, aside, () => _progress.Values, time, logger);
        Counters.AddDamageFound(directory.Found);
        Lane = new WalLane(disk, options, Files, Counters, time, logger, ProgressOf, recovered)
        {
            Failed = error => OnFailed(error),
            Lost = Lost,
            GroupRemoved = progress => SegmentWriter.Enqueue(new SegmentWrite(progress, IsRemoval: true)),
            StartMoved = (progress, start, installed) =>
                SegmentWriter.Enqueue(new SegmentWrite(progress, Start: start, Installed: installed)),
        };
        SegmentWriter.Advanced = Lane.SegmentsAdvanced;
        foreach (var id in recovered.Removed)
        {
            var progress = ProgressOf(id);
            progress.Removed = true;
            SegmentWriter.Enqueue(new SegmentWrite(progress, IsRemoval: true));
        }

        if (threads)
        {
            _walThread = new StorageThread("wal", Lane.RunOnce, Lane.Fail, () => Lane.IdleWait);
            _filesThread = new StorageThread("wal-files", Files.RunOnce, Lane.Fail);
            _segmentsThread = new StorageThread("segments", SegmentWriter.RunOnce, Lane.Fail);
            _scrubThread = new StorageThread("scrub", Scrubber.RunOnce, Lane.Fail);
            Scrubber.Wake = _scrubThread.Signal;
            (Lane.Wake, Files.Ready) = (_walThread.Signal, _walThread.Signal);
            (Files.Wake, SegmentWriter.Wake) = (_filesThread.Signal, _segmentsThread.Signal);
        }
    }

    /// <summary>The groups that the directory held when it was opened.</summary>
    public IReadOnlyCollection<GroupId> RecoveredGroups => _recoveredGroups;

    /// <summary>
    /// The id that this directory bears: since its first start, or since damage may have cost any group its identity.
    /// </summary>
    public long DirectoryId => _identity.DirectoryId;

    /// <summary>Where it is.</summary>
    public string Directory => Options.DataDirectory;

    /// <summary>The broker's directories, as this one remembers them.</summary>
    public DirectorySet Set => _identity.Set;

    /// <summary>The place of this directory among those of the broker; from 0.</summary>
    public int Ordinal { get; internal set; }

    public StorageState State => Lane.State;

    /// <summary>Told, once, why <see cref="State"/> is Failed; any thread, must not block.</summary>
    public Action<Exception> OnFailed { get; set; } = static _ => { };

    /// <summary>Why <see cref="State"/> is Failed; else null.</summary>
    public Exception? Failure => Lane.Failure;

    public StorageCounters Counters { get; } = new();

    /// <summary>Whether the caller does what the threads of storage else do.</summary>
    internal bool IsByHand => _walThread is null;

    internal LostIdentities Lost { get; }

    internal IStorageDisk Disk { get; }

    internal StorageOptions Options { get; }

    internal WalLane Lane { get; }

    internal WalFiles Files { get; }

    internal SegmentWriter SegmentWriter { get; }

    internal Scrubber Scrubber { get; }

    internal GroupSalvage Salvage { get; }

    /// <summary>
    /// True while the directory remembers that a group was removed: its log cannot be opened any more. Any thread.
    /// </summary>
    public bool IsRemoved(GroupId group) => _progress.TryGetValue(group, out var progress) && progress.Removed;

    /// <summary>True while the directory holds nothing of a group whose log is not open. Any thread.</summary>
    public bool IsBlank(GroupId group) =>
        !_recovered.TryGetValue(group, out var found)
        || (found.LastIndex == LogIndex.Zero && found.HardState == default);

    /// <summary>
    /// The highest incarnation that the replica of a group has had here, as far as the directory knows, where its log
    /// is not open or its identity is lost. Where the directory has a new id, what was placed on the one before is lost
    /// too, whatever its incarnation. Any thread.
    /// </summary>
    public uint IncarnationOf(GroupId group) => Math.Max(
        Lost.Find(group)?.Incarnation ?? 0,
        _recovered.TryGetValue(group, out var found) ? found.HardState.Incarnation : 0);

    /// <summary>The log of a group, as recovered or new. Called once per group, by its owner thread.</summary>
    /// <exception cref="InvalidOperationException">The log is open already, or the group was removed, or is in
    /// quarantine.</exception>
    public PartitionLog OpenLog(GroupId group)
    {
        var progress = ProgressOf(group);
        if (progress.Removed)
        {
            throw new InvalidOperationException($"Group {group} was removed; ids are never used twice.");
        }

        if (progress.IsQuarantined)
        {
            throw new InvalidOperationException($"Group {group} is damaged: its log is to be made anew, by Reopen.");
        }

        if (_logs.ContainsKey(group))
        {
            throw new InvalidOperationException($"The log of group {group} is open already.");
        }

        // What was recovered belongs to the log from now on: kept here too it would never leave memory.
        _recovered.TryRemove(group, out var recovered);
        return _logs[group] = new PartitionLog(this, progress, recovered);
    }

    /// <summary>The log of a group that is open; null of any other. Any thread; what it gives is its owner's.</summary>
    internal PartitionLog? FindLog(GroupId group) => _logs.GetValueOrDefault(group);

    /// <summary>
    /// Hands writes to the WAL. Any thread. The submission's completion is told on the WAL thread, in the order of
    /// submissions; after a failure, of all that waits and all that comes.
    /// </summary>
    public void Submit(WalSubmission submission) => Lane.Submit(submission);

    /// <summary>
    /// What compacts a group's log; null where the directory holds none. Any thread but the shards'; one user at a time for
    /// a group.
    /// </summary>
    public LogCompaction? CompactionOf(GroupId group, IPace pace) =>
        _progress.TryGetValue(group, out var progress) && !progress.Removed
            ? new LogCompaction(this, progress, pace)
            : null;

    /// <summary>
    /// How many times segments of a group were replaced by compacted ones, since storage was opened. Any thread.
    /// </summary>
    public int ReplacementsOf(GroupId group) => _progress.TryGetValue(group, out var progress) ? progress.Replacements : 0;

    /// <summary>
    /// Forgets a group: records that in the WAL, behind all that was submitted before, then deletes its segments in
    /// the background; a restart in between goes on with it. The group's owner thread, which uses its log no more.
    /// </summary>
    public void Remove(GroupId group)
    {
        ProgressOf(group).Removed = true;
        if (_logs.TryRemove(group, out var log))
        {
            log.Drop();
        }

        _recovered.TryRemove(group, out _);
        Lost.Forget(group);
        Lane.Remove(group);
    }

    /// <summary>
    /// A new log for a group that was removed from here, since its replica had moved to another directory, and that comes
    /// back as another; null while something of the old one is left. By the group's owner thread.
    /// </summary>
    public PartitionLog? Readmit(GroupId group)
    {
        if (ProgressOf(group) is not { Removed: true, FolderDeleted: true })
        {
            return null;
        }

        var progress = _progress[group] = new GroupProgress(group, new SegmentList(group, default), []);
        Lane.Readmit(new RecoveredGroup(progress.Segments, []));
        return _logs[group] = new PartitionLog(this, progress, null);
    }

    /// <summary>
    /// Lets go of the memory of a group's log, in a directory that has failed; what is on disk stays as it is. The group's
    /// owner thread, which uses its log no more.
    /// </summary>
    public void Abandon(GroupId group)
    {
        if (_logs.TryRemove(group, out var log))
        {
            log.Drop();
        }
    }

    /// <summary>Writes what was submitted, tells the rest that it was not, and lets the directory go.</summary>
    public ValueTask DisposeAsync()
    {
        if (_closed)
        {
            return ValueTask.CompletedTask;
        }

        _closed = true;
        return new ValueTask(Task.Run(CloseAll));
    }

    /// <summary>The same for one that serves nobody yet, while the caller waits.</summary>
    internal void Close()
    {
        if (!_closed)
        {
            _closed = true;
            CloseAll();
        }
    }

    private void CloseAll()
    {
        Scrubber.Stop();
        _scrubThread?.Stop();
        _walThread?.Stop();
        _filesThread?.Stop();
        _segmentsThread?.Stop();
        Lane.Close();
        Files.Close();
        if (Lane.Failure is null or ObjectDisposedException)
        {
            SegmentWriter.SaveIndexes(_progress.Values);
        }

        Lane.Dispose();
        _lock?.Dispose();
    }

    private GroupProgress ProgressOf(GroupId group) =>
        _progress.GetOrAdd(group, id => new GroupProgress(id, new SegmentList(id, default), []));
}
