using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>
/// A disk in memory that forgets, at a loss of power, any subset of what was not synced: pages, halves of pages,
/// lengths, and creations, renames and deletions in folders. It can fail, fill up, and run out of power in mid-write.
/// </summary>
internal sealed class SimulatedDisk : IStorageDisk
{
    private readonly Random _random;
    private readonly HashSet<string> _folders = [""];
    private readonly List<(string Folder, Action<Dictionary<string, SimulatedInode>> Apply)> _unsynced = [];
    private Dictionary<string, SimulatedInode> _names = [];
    private Dictionary<string, SimulatedInode> _storedNames = [];
    private readonly bool _knowsBoots;
    private int _boots;
    private bool _isDown;

    public SimulatedDisk(Random random)
    {
        _random = random;
        _knowsBoots = random.Next(4) != 0;
    }

    /// <summary>Changing calls until the power goes, in the middle of the last; none when null.</summary>
    public int? CallsUntilCrash { get; set; }

    public long Capacity { get; set; } = 1L << 40;

    /// <summary>Called with the path at the start of each write or sync; throws to make it fail.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    public string? BootId => _knowsBoots ? $"boot {_boots}" : null;

    public long FreeBytes => Capacity - Used;

    private long Used => _names.Values.Sum(inode => (long)inode.Length);

    /// <summary>The machine comes back. Without <paramref name="powerLost"/> only the process died: caches live on.</summary>
    public void Restart(bool powerLost)
    {
        if (powerLost)
        {
            _boots++;
            foreach (var folder in _unsynced.Select(item => item.Folder).Distinct().ToArray())
            {
                var operations = _unsynced.Where(item => item.Folder == folder).ToArray();
                foreach (var (_, apply) in operations.Take(_random.Next(operations.Length + 1)))
                {
                    apply(_storedNames);
                }
            }

            _unsynced.Clear();
            _names = new(_storedNames);
            foreach (var inode in _names.Values.Distinct())
            {
                inode.LosePower(_random);
            }
        }

        _isDown = false;
        CallsUntilCrash = null;
    }

    public void Flip(string path, long position, byte mask = 0x10) => _names[path].Flip(position, mask);

    public byte[] ReadAll(string path)
    {
        var bytes = new byte[_names[path].Length];
        _names[path].Read(0, bytes);
        return bytes;
    }

    public IEnumerable<string> Paths(string extension) =>
        _names.Keys.Where(path => path.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public IStorageFile Open(string path, FileUse use)
    {
        CheckPower();
        if (use == FileUse.Create)
        {
            Call("create", path);
            var made = new SimulatedInode();
            Change(path, names => names[path] = made);
        }

        return _names.TryGetValue(path, out var inode)
            ? new SimulatedFile(this, path, inode, isDirect: use == FileUse.WalDirect)
            : throw new FileNotFoundException(path);
    }

    public void CreateDirectory(string path) => _folders.Add(path);

    public IReadOnlyList<string> ListFiles(string path) =>
        [.. _names.Keys.Where(name => FolderOf(name) == path).Select(name => Path.GetFileName(name))];

    public IReadOnlyList<string> ListDirectories(string path) =>
        [.. _folders.Where(name => name.Length > 0 && FolderOf(name) == path).Select(name => Path.GetFileName(name))];

    public bool Exists(string path) => _names.ContainsKey(path);

    public void Rename(string from, string to)
    {
        Call("rename", from);
        if (!_names.TryGetValue(from, out var inode))
        {
            throw new FileNotFoundException(from);
        }

        Change(to, names =>
        {
            names.Remove(from);
            names[to] = inode;
        });
    }

    public void Delete(string path)
    {
        Call("delete", path);
        Change(path, names => names.Remove(path));
    }

    public void DeleteDirectory(string path) => _folders.Remove(path);

    public void SyncDirectory(string path)
    {
        Call("sync directory", path);
        foreach (var (_, apply) in _unsynced.Where(item => item.Folder == path))
        {
            apply(_storedNames);
        }

        _unsynced.RemoveAll(item => item.Folder == path);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";

    private void Change(string path, Action<Dictionary<string, SimulatedInode>> apply)
    {
        apply(_names);
        _unsynced.Add((FolderOf(path), apply));
    }

    private void CheckPower()
    {
        if (_isDown)
        {
            throw new SimulatedCrashException();
        }
    }

    // True when the power goes in the middle of this call.
    private bool IsLast()
    {
        CheckPower();
        if (CallsUntilCrash is { } left)
        {
            CallsUntilCrash = left - 1;
            _isDown = left <= 1;
        }

        return _isDown;
    }

    private void Call(string what, string path)
    {
        Before(what, path);
        if (IsLast())
        {
            throw new SimulatedCrashException();
        }
    }

    private sealed class SimulatedFile : IStorageFile
    {
        private readonly SimulatedDisk _disk;
        private readonly string _path;
        private readonly SimulatedInode _inode;
        private readonly bool _isDirect;

        public SimulatedFile(SimulatedDisk disk, string path, SimulatedInode inode, bool isDirect)
        {
            (_disk, _path, _inode, _isDirect) = (disk, path, inode, isDirect);
        }

        public long Length => _inode.Length;

        public int ReadAt(long position, Span<byte> buffer)
        {
            _disk.CheckPower();
            return _inode.Read(position, buffer);
        }

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
            if (_isDirect && (position % 4096 != 0 || bytes.Length % 4096 != 0))
            {
                throw new IOException($"Unaligned write of {bytes.Length} bytes at {position} to {_path}.");
            }

            _disk.Before("write", _path);
            var room = _disk.FreeBytes + Math.Max(0, _inode.Length - position);
            if (room < bytes.Length)
            {
                _inode.Write(position, bytes[..(int)Math.Max(0, room)]);
                throw new DiskFullException($"No room for {bytes.Length} bytes in {_path}.");
            }

            var isLast = _disk.IsLast();
            _inode.Write(position, bytes);
            if (isLast)
            {
                throw new SimulatedCrashException();
            }

            if (_isDirect)
            {
                _inode.Sync(position, bytes.Length);
            }
        }

        public void Sync()
        {
            _disk.Call("sync", _path);
            if (!_isDirect)
            {
                _inode.Sync();
            }
        }

        public void SetLength(long length)
        {
            _disk.Call("set length", _path);
            _inode.SetLength((int)length);
        }

        public void Dispose()
        {
        }
    }
}
