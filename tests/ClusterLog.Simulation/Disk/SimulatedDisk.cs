using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Simulation.Disk;

/// <summary>
/// A disk in memory that forgets, at a loss of power, any subset of what was not synced: pages, sectors, lengths, and
/// creations, renames and deletions in folders. It can fail, fill up, lie, and run out of power in the middle of a call.
/// </summary>
internal sealed partial class SimulatedDisk : IStorageDisk
{
    private readonly SimulatedRandom _random;
    private readonly bool _writesAreDirect;
    private readonly Stack<byte[]> _pool = new();
    private readonly HashSet<string> _folders = [""];
    private readonly List<NameChange> _unsynced = [];
    private Dictionary<string, SimulatedInode> _names = [];
    private Dictionary<string, SimulatedInode> _storedNames = [];
    private int? _callsUntilCrash;
    private int? _syncsUntilFailure;

    public SimulatedDisk(SimulatedRandom random, bool writesAreDirect)
    {
        (_random, _writesAreDirect) = (random, writesAreDirect);
    }

    /// <summary>The power went in the middle of a call: the machine is to be restarted.</summary>
    public bool IsDown { get; private set; }

    /// <summary>The file that was written to last; set to null by whoever wants to know of the next.</summary>
    public SimulatedInode? LastWritten { get; set; }

    /// <summary>A sync has failed since the last restart.</summary>
    public bool HasFailed { get; private set; }

    public long Capacity { get; set; } = long.MaxValue / 2;

    public long Used
    {
        get
        {
            long used = 0;
            foreach (var inode in _names.Values)
            {
                used += inode.Length;
            }

            return used;
        }
    }

    public long FreeBytes => Capacity > 1L << 39 ? Capacity : Math.Max(0, Capacity - Used);

    /// <summary>The power goes in the middle of the n-th changing call from now; 1 is the next.</summary>
    public void CrashAtCall(int calls) => _callsUntilCrash = calls;

    /// <summary>The n-th sync from now fails; 1 is the next.</summary>
    public void FailSync(int syncs) => _syncsUntilFailure = syncs;

    /// <summary>No fault that was armed comes any more.</summary>
    public void CancelFaults() => (_callsUntilCrash, _syncsUntilFailure, _misdirectsNextWrite) = (null, null, false);

    /// <summary>The process comes back. Without a loss of power caches live on.</summary>
    /// <param name="losesAll">Nothing that was not synced survives, instead of any part of it.</param>
    public void Restart(bool powerLost, bool losesAll)
    {
        if (powerLost)
        {
            LoseNames(losesAll);
            foreach (var inode in _names.Values)
            {
                inode.LosePower(_random, losesAll);
            }
        }

        else if (HasFailed && _random.Next(2) == 0)
        {
            foreach (var inode in _names.Values)
            {
                inode.DropLost();
            }
        }

        (IsDown, HasFailed, _callsUntilCrash, _syncsUntilFailure) = (false, false, null, null);
    }

    public IStorageFile Open(string path, FileUse use)
    {
        CheckPower();
        if (use == FileUse.Create)
        {
            Call();
            Change(new NameChange(FolderOf(path), null, path, new SimulatedInode(_pool)));
        }

        return _names.TryGetValue(path, out var inode)
            ? new SimulatedFile(this, path, inode, isDirect: use == FileUse.WalDirect && _writesAreDirect)
            : throw new FileNotFoundException(path);
    }

    public void CreateDirectory(string path) => _folders.Add(path);

    public IReadOnlyList<string> ListFiles(string path) =>
        [.. _names.Keys.Where(name => FolderOf(name) == path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    public IReadOnlyList<string> ListDirectories(string path) =>
    [
        .. _folders.Where(name => name.Length > 0 && FolderOf(name) == path)
            .Select(Path.GetFileName).Order(StringComparer.Ordinal)!,
    ];

    public bool Exists(string path) => _names.ContainsKey(path);

    public void Rename(string from, string to)
    {
        Call();
        if (!_names.TryGetValue(from, out var inode))
        {
            throw new FileNotFoundException(from);
        }

        Change(new NameChange(FolderOf(to), from, to, inode));
    }

    public void Delete(string path)
    {
        Call();
        Change(new NameChange(FolderOf(path), path, null, null));
    }

    public void DeleteDirectory(string path) => _folders.Remove(path);

    public void SyncDirectory(string path)
    {
        Call();
        var kept = 0;
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (_unsynced[i].Folder == path)
            {
                _unsynced[i].ApplyTo(_storedNames);
            }
            else
            {
                _unsynced[kept++] = _unsynced[i];
            }
        }

        _unsynced.RemoveRange(kept, _unsynced.Count - kept);
    }

    private static string FolderOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    private void Change(in NameChange change)
    {
        change.ApplyTo(_names);
        _unsynced.Add(change);
    }

    // Of each folder's changes a beginning survives, as on a journaling file system.
    private void LoseNames(bool losesAll)
    {
        if (!losesAll)
        {
            var survivors = new Dictionary<string, int>();
            foreach (var change in _unsynced)
            {
                survivors[change.Folder] = survivors.GetValueOrDefault(change.Folder) + 1;
            }

            foreach (var folder in survivors.Keys.Order(StringComparer.Ordinal).ToArray())
            {
                survivors[folder] = _random.Next(survivors[folder] + 1);
            }

            foreach (var change in _unsynced)
            {
                if (survivors[change.Folder]-- > 0)
                {
                    change.ApplyTo(_storedNames);
                }
            }
        }

        _unsynced.Clear();
        _names = new(_storedNames);
    }

    private void CheckPower()
    {
        if (IsDown)
        {
            throw new SimulatedCrashException();
        }
    }

    private void Call()
    {
        if (IsLast())
        {
            throw new SimulatedCrashException();
        }
    }

    // True when the power goes in the middle of this call.
    private bool IsLast()
    {
        CheckPower();
        if (_callsUntilCrash is { } left)
        {
            _callsUntilCrash = left - 1;
            IsDown = left <= 1;
        }

        return IsDown;
    }

    private void Sync(SimulatedInode inode, string path, bool isDirect)
    {
        Call();
        if (_syncsUntilFailure is { } left && (_syncsUntilFailure = left - 1) <= 0)
        {
            (_syncsUntilFailure, HasFailed) = (null, true);
            inode.FailSync(_random);
            if (isDirect)
            {
                inode.DropLost();
            }

            throw new IOException($"The sync of {path} failed.");
        }

        inode.Sync();
    }

    /// <summary>A change of names in one folder: created or replaced, renamed, deleted.</summary>
    private readonly record struct NameChange(string Folder, string? From, string? To, SimulatedInode? Inode)
    {
        public void ApplyTo(Dictionary<string, SimulatedInode> names)
        {
            if (From is not null)
            {
                names.Remove(From);
            }

            if (To is not null)
            {
                names[To] = Inode!;
            }
        }
    }
}
