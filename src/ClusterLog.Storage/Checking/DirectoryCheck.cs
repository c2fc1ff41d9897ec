using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Checking;

/// <summary>
/// Verifies a directory that nobody uses, as a start would, and beyond that every byte of every segment, index and
/// checkpoint. Changes nothing.
/// </summary>
internal sealed class DirectoryCheck
{
    private const string AllLose =
        "it may have hit any group: at the next start all lose their identity, keep what their segments hold, and are "
        + "repaired from their peers";

    private const string GroupLoses =
        "at the next start the group's replica loses its identity, keeps what is undamaged before, and is repaired from its peers";

    private const string IndexIsCache = "nothing is lost: it is built again from the segment";

    private const string CheckpointIsSpare = "nothing is lost: an older checkpoint, or the log, gives the same state";

    private readonly ReadOnlyDisk _disk;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly SegmentInspector _inspector;
    private readonly List<CheckFinding> _findings = [];
    private readonly List<CheckFinding> _notes = [];

    private DirectoryCheck(IStorageDisk disk, StorageOptions options, ILogger logger)
    {
        _disk = new ReadOnlyDisk(disk);
        (_options, _logger, _inspector) = (options, logger, new SegmentInspector(_disk));
    }

    /// <summary>Takes the lock of a directory for as long as it is checked.</summary>
    /// <exception cref="DataDirectoryException">It is in use, none at all, or of another version of the
    /// format.</exception>
    public static CheckResult Run(string directory, ILogger logger)
    {
        if (!Directory.Exists(directory))
        {
            throw new DataDirectoryException($"There is no directory {directory}.");
        }

        var disk = new LinuxDisk(directory, WalSyncMode.None);
        using var held = disk.LockForReading();
        return Run(disk, directory, logger);
    }

    /// <inheritdoc cref="Run(string, ILogger)"/>
    internal static CheckResult Run(IStorageDisk disk, string directory, ILogger logger) =>
        new DirectoryCheck(disk, new StorageOptions { DataDirectory = directory }, logger).Run();

    private CheckResult Run()
    {
        var identity = CheckIdentity();
        var lost = CheckLost();
        var wal = TryReadWal(lost);
        var groups = new SegmentRecovery(_disk).Groups().Union(wal?.Starts.Keys ?? []).Order().ToArray();
        var leftOver = new HashSet<string>();
        if (wal is not null)
        {
            Replay(wal, lost, groups, leftOver);
        }

        foreach (var group in groups.Where(group => wal is null || wal.Find(group) is not null))
        {
            CheckFiles(group, leftOver);
        }

        return new CheckResult(
            identity,
            _disk.Files,
            _disk.Bytes,
            groups.Union(wal?.Groups ?? []).Count(),
            [.. _findings.DistinctBy(finding => (finding.File, finding.Position))
                .OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Position)],
            _notes,
            [.. lost.Groups.Values]);
    }

    private DirectoryIdentity? CheckIdentity()
    {
        if (!_disk.Exists(StorageLayout.IdentityFile))
        {
            throw new DataDirectoryException(
                $"{_options.DataDirectory} is no data directory: it has no file {StorageLayout.IdentityFile}.");
        }

        return Try(() => IdentityFile.Load(_disk, _options.DataDirectory), AllLose);
    }

    private LostRecord CheckLost() => Try(() => LostFile.Load(_disk), AllLose) ?? LostRecord.None;

    // Files that a rebuilding has left behind are moved aside at the next start, whatever is in them.
    private WalRecovery? TryReadWal(LostRecord lost) =>
        WalRecovery.Epochs(_disk).Exists(epoch => epoch < lost.FirstEpoch)
            ? null
            : Try(() => new WalRecovery(_disk, _options, _logger), AllLose);

    private T? Try<T>(Func<T> read, string meaning)
        where T : class
    {
        try
        {
            return read();
        }
        catch (CorruptLogException error)
        {
            _findings.Add(CheckFinding.Of(error, meaning));
            return null;
        }
    }

    // As a start does it, up to where that would begin to change something.
    private void Replay(WalRecovery wal, LostRecord lost, GroupId[] groups, HashSet<string> leftOver)
    {
        var segments = new SegmentRecovery(_disk);
        var checkpoints = new CheckpointRecovery(_disk, _logger);
        var damaged = new Dictionary<GroupId, CorruptLogException>();
        var recovered = new List<RecoveredGroup>();
        foreach (var group in groups)
        {
            var paths = new List<string>();
            try
            {
                var names = _disk.ListFiles(SegmentSnapshot.FolderOf(group));
                var list = segments.Recover(group, wal.Starts.GetValueOrDefault(group), names, paths);
                recovered.Add(new RecoveredGroup(list, checkpoints.Recover(list, names, paths))
                {
                    HasLostIdentity = lost.Groups.ContainsKey(group),
                });
                leftOver.UnionWith(paths.Where(path => IsLeftOver(path, list)));
            }
            catch (CorruptLogException error)
            {
                damaged.Add(group, error);
                recovered.Add(new RecoveredGroup(new SegmentList(group, default), []));
            }
        }

        if (Try(() => { wal.Replay(recovered); return wal; }, AllLose) is null)
        {
            return;
        }

        wal.CompleteGroups(damaged);

        // What was found of a group before, and not made good, is told by LOST; its files are gone through below.
        foreach (var error in damaged.Where(item => !lost.Groups.ContainsKey(item.Key)).Select(item => item.Value))
        {
            _findings.Add(CheckFinding.Of(error, GroupLoses));
        }
    }

    // A checkpoint that was passed over is damaged, unless it lies outside of the log.
    private static bool IsLeftOver(string path, SegmentList list) =>
        CheckpointRecovery.IndexOf(path[(path.LastIndexOf('/') + 1)..]) is not { } index
        || index < list.Start.Index || index > list.LastIndex;

    private void CheckFiles(GroupId group, HashSet<string> leftOver)
    {
        var folder = SegmentSnapshot.FolderOf(group);
        var names = _disk.ListFiles(folder).Where(name => !leftOver.Contains($"{folder}/{name}"))
            .Order(StringComparer.Ordinal).ToArray();
        var segments = SegmentName.Current(names, superseded: []);
        foreach (var name in segments)
        {
            var index = CheckIndex(group, name);
            var found = _inspector.Inspect(group, name.FileName, believesIndex: false);

            // The end of the last one may be torn: whether something is missing then, the WAL has said above.
            var canBeTorn = name == segments[^1] && name.Generation == 0;
            if (found.Damage is { } damage && (!canBeTorn || damage.Offset < (index?.Length ?? 0)))
            {
                _findings.Add(CheckFinding.Of(damage, GroupLoses));
            }
        }

        foreach (var index in names.Select(CheckpointRecovery.IndexOf).OfType<LogIndex>())
        {
            _ = Try(() => CheckpointFiles.Load(_disk, group, index), CheckpointIsSpare);
        }
    }

    private SegmentSnapshot? CheckIndex(GroupId group, SegmentName name)
    {
        var path = $"{SegmentSnapshot.FolderOf(group)}/{name.IndexName}";
        var index = SegmentSidecar.TryLoad(_disk, group, name.BaseIndex, path);
        if (index is null && _disk.Exists(path))
        {
            // Written without a sync, it may be what a crash has left.
            var expected = $"the index of segment {name.FileName}";
            _notes.Add(new CheckFinding(path, 0, expected, "a damaged or another one", group, IndexIsCache));
        }

        return index;
    }
}
