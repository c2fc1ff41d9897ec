using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// Makes a data directory fit for use at start. Damage in one group's files costs that group its identity, and what
/// follows the damage; damage in the WAL, in IDENTITY or in LOST may have hit any group, so it costs all of them
/// theirs, and gives the directory another id. Which identities are lost is on disk before anything is cut off or
/// moved: a crash anywhere in between leaves a directory that is gone through again. docs/storage-format.md has the
/// rules.
/// </summary>
internal sealed partial class DirectoryRecovery
{
    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly DirectoryIdentity _configured;
    private readonly ILogger _logger;
    private readonly DamagedFolder _aside;
    private readonly GroupSalvage _salvage;
    private LostRecord _lost = LostRecord.None;

    /// <param name="configured">Whose the directory should be; its directory id is for a new one.</param>
    public DirectoryRecovery(IStorageDisk disk, StorageOptions options, DirectoryIdentity configured, ILogger logger)
    {
        (_disk, _options, _configured, _logger) = (disk, options, configured, logger);
        _aside = new DamagedFolder(disk, options, logger);
        _salvage = new GroupSalvage(disk, _aside, logger);
    }

    /// <exception cref="DataDirectoryException">The directory is another's, or of another version of the
    /// format.</exception>
    public RecoveredDirectory Run()
    {
        _disk.CreateDirectory("");
        var identity = _configured;
        CorruptLogException? damage = null;
        try
        {
            identity = IdentityFile.Check(_disk, _options.DataDirectory, _configured);
        }
        catch (CorruptLogException error)
        {
            damage = error;
        }

        _disk.CreateDirectory(StorageLayout.WalFolder);
        _disk.CreateDirectory(StorageLayout.SegmentsFolder);
        _disk.SyncDirectory("");
        try
        {
            _lost = LostFile.Load(_disk);
            if (damage is null)
            {
                return Recover(FinishRebuilding(identity));
            }
        }
        catch (CorruptLogException error)
        {
            damage ??= error;
        }

        return Rebuild(damage);
    }

    // A crash may have cut a rebuilding short, after it was decided on: the directory's id, and the old WAL.
    private DirectoryIdentity FinishRebuilding(DirectoryIdentity identity)
    {
        _aside.Take([.. WalPaths(epoch => epoch < _lost.FirstEpoch)]);
        if (_lost.DirectoryId == 0 || _lost.DirectoryId == identity.DirectoryId)
        {
            return identity;
        }

        identity = identity.Renamed(_lost.DirectoryId);
        IdentityFile.Save(_disk, identity);
        return identity;
    }

    private RecoveredDirectory Recover(DirectoryIdentity identity)
    {
        var wal = new WalRecovery(_disk, _options, _logger);
        ForgetRegained(wal);
        var segments = new SegmentRecovery(_disk);
        var checkpoints = new CheckpointRecovery(_disk, _logger);
        var damaged = new Dictionary<GroupId, CorruptLogException>();
        var leftOver = new Dictionary<GroupId, List<string>>();
        var groups = new List<RecoveredGroup>();
        foreach (var group in segments.Groups().Union(wal.Starts.Keys).Union(_lost.Groups.Keys))
        {
            var start = wal.Starts.GetValueOrDefault(group);
            var lost = _lost.Groups.GetValueOrDefault(group);
            var paths = leftOver[group] = [];
            try
            {
                RefuseUnrepaired(lost, start);
                var names = _disk.ListFiles(SegmentSnapshot.FolderOf(group));
                var list = segments.Recover(group, start, names, paths);
                groups.Add(new RecoveredGroup(list, checkpoints.Recover(list, names, paths)) { HasLostIdentity = lost is not null });
            }
            catch (CorruptLogException error)
            {
                // A group whose removal was cut short has lost some of its files: only the WAL knows whether that is
                // corruption.
                damaged.Add(group, error);
                groups.Add(new RecoveredGroup(new SegmentList(group, default), []));
            }
        }

        segments.MakeFoundDurable();
        wal.Replay(groups);
        wal.CompleteGroups(damaged);
        Salvage(wal, damaged);
        ForgetRemoved(wal);
        SaveLost();
        return new RecoveredDirectory(
            identity,
            WithSequence(wal.Finish([.. leftOver.Where(item => !damaged.ContainsKey(item.Key)).SelectMany(item => item.Value)])),
            _lost,
            damaged.Count);
    }

    // Where a damaged group's log was not made anew durably before the process died, it is made anew again.
    private static void RefuseUnrepaired(LostIdentity? lost, LogStart start)
    {
        if (lost is not null && start.ResetSequence < lost.VoidBefore)
        {
            throw new CorruptLogException(
                lost.Group, lost.Damage.File, lost.Damage.Position, lost.Damage.Expected, lost.Damage.Found);
        }
    }

    // All is looked at before anything is written, and the loss of the identities is durable before anything is moved.
    private void Salvage(WalRecovery wal, Dictionary<GroupId, CorruptLogException> damaged)
    {
        if (damaged.Count == 0)
        {
            return;
        }

        var voidBefore = Math.Max(wal.NextSequence, _lost.FirstSequence);
        var plans = new List<SalvagePlan>();
        foreach (var (group, error) in damaged)
        {
            // What the WAL's damage has cost needs no closer look at segments, of which each read checks again.
            var believesIndexes = !error.File.StartsWith(StorageLayout.SegmentsFolder, StringComparison.Ordinal);
            var incarnation = wal.Find(group)?.Incarnation ?? 0;
            plans.Add(_salvage.Plan(group, voidBefore, believesIndexes, LostFrom(group)));
            _lost = _lost.With(new LostIdentity(group, incarnation, voidBefore, GroupDamage.Of(error)));
        }

        _lost = _lost with { FirstSequence = voidBefore };
        LostFile.Save(_disk, _lost);
        foreach (var plan in plans)
        {
            wal.Replace(Carry(plan));
        }
    }

    private RecoveredGroup Carry(SalvagePlan plan)
    {
        var done = _salvage.Apply(plan);
        var lost = _lost.Groups[done.Segments.Group];
        DamageLog.GroupDamaged(_logger, lost.Group, lost.Damage, lost.Incarnation, done.Segments.LastIndex);
        return GroupSalvage.ToGroup(done, lost.Incarnation);
    }

    // A durable state of a higher incarnation: the group has come back as another.
    private void ForgetRegained(WalRecovery wal)
    {
        foreach (var (group, lost) in _lost.Groups)
        {
            if (wal.Incarnations.TryGetValue(group, out var incarnation) && incarnation > lost.Incarnation)
            {
                _lost = _lost with { Groups = _lost.Groups.Remove(group) };
            }
        }
    }

    private void ForgetRemoved(WalRecovery wal)
    {
        foreach (var group in _lost.Groups.Keys.Where(group => wal.Find(group) is null))
        {
            _lost = _lost with { Groups = _lost.Groups.Remove(group) };
        }

        // With a WAL of its own the directory needs no memory of how it came to that.
        if (_lost.Groups.IsEmpty && wal.HasHead)
        {
            _lost = LostRecord.None;
        }
    }

    private void SaveLost()
    {
        if (LostFile.Load(_disk) is var found && LostFile.Encode(found) != LostFile.Encode(_lost))
        {
            LostFile.Save(_disk, _lost);
        }
    }

    private WalRecoveryResult WithSequence(WalRecoveryResult result) => result with
    {
        NextSequence = Math.Max(result.NextSequence, _lost.FirstSequence),
        NextEpoch = Math.Max(result.NextEpoch, _lost.FirstEpoch),
    };

    private IEnumerable<string> WalPaths(Predicate<ulong> isWanted) =>
        WalRecovery.Epochs(_disk).Where(epoch => isWanted(epoch)).Select(WalFile.PathOf);
}
