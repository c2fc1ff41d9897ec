using System.Text;

namespace ClusterLog.Storage.Disk;

/// <summary>A data directory on a Linux file system.</summary>
internal sealed class LinuxDisk : IStorageDisk
{
    private readonly string _root;
    private readonly WalSyncMode _mode;
    private readonly OpenFiles _reading;
    private volatile bool _directUnsupported;

    /// <param name="filesOpenMax">How many segments stay open for reading that nobody reads at the moment.</param>
    public LinuxDisk(string root, WalSyncMode mode, int filesOpenMax = 0)
    {
        _root = Path.GetFullPath(root);
        _mode = mode;
        _reading = new OpenFiles(filesOpenMax);
    }

    /// <summary>Where the directory is.</summary>
    public string Root => _root;

    /// <inheritdoc/>
    public int SyncsAtOnceMax => 16;

    public long FreeBytes => new DriveInfo(_root).AvailableFreeSpace;

    public string? BootId { get; } = ReadBootId();

    public IStorageFile Open(string path, FileUse use)
    {
        var full = Full(path);
        var syncs = _mode != WalSyncMode.None;
        if (use == FileUse.WalDirect)
        {
            return OpenWal(full);
        }

        if (use == FileUse.Read && path.EndsWith(".log", StringComparison.Ordinal))
        {
            return _reading.Open(full, opened => new LinuxFile(opened, PosixFile.Open(opened, PosixFile.ReadOnly), syncs));
        }

        if (use == FileUse.Create)
        {
            _reading.Forget(full);
        }

        var flags = use switch
        {
            FileUse.Read => PosixFile.ReadOnly,
            FileUse.Write => PosixFile.ReadWrite,
            _ => PosixFile.ReadWrite | PosixFile.CreateFlag | PosixFile.TruncateFlag,
        };
        return new LinuxFile(full, PosixFile.Open(full, flags), syncs);
    }

    public void CreateDirectory(string path) => Directory.CreateDirectory(Full(path));

    public IReadOnlyList<string> ListFiles(string path) => Names(path, Directory.GetFiles);

    public IReadOnlyList<string> ListDirectories(string path) => Names(path, Directory.GetDirectories);

    public bool Exists(string path) => File.Exists(Full(path));

    public void Rename(string from, string to)
    {
        PosixFile.Rename(Full(from), Full(to));
        _reading.Forget(Full(from));
        _reading.Forget(Full(to));
    }

    public void Delete(string path)
    {
        if (Exists(path))
        {
            File.Delete(Full(path));
        }

        _reading.Forget(Full(path));
    }

    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(Full(path)))
        {
            Directory.Delete(Full(path));
        }
    }

    public void SyncDirectory(string path)
    {
        if (_mode != WalSyncMode.None)
        {
            PosixFile.SyncDirectory(Full(path));
        }
    }

    /// <summary>Takes the directory for this process, with its id in the LOCK file.</summary>
    /// <exception cref="DataDirectoryException">Another process holds it.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(_root);
        var path = Full("LOCK");
        var descriptor = PosixFile.Open(path, PosixFile.ReadWrite | PosixFile.CreateFlag);
        var file = new LinuxFile(path, descriptor, syncs: false);
        if (!PosixFile.TryLock(descriptor, path))
        {
            throw InUse(file);
        }

        file.SetLength(0);
        file.WriteAt(0, Encoding.ASCII.GetBytes(FormattableString.Invariant($"{Environment.ProcessId}\n")));
        return file;
    }

    /// <summary>Takes the directory for this process without a trace; nothing where no process ever had it.</summary>
    /// <exception cref="DataDirectoryException">Another process holds it.</exception>
    public IDisposable? LockForReading()
    {
        var path = Full("LOCK");
        if (!File.Exists(path))
        {
            return null;
        }

        var descriptor = PosixFile.Open(path, PosixFile.ReadOnly);
        var file = new LinuxFile(path, descriptor, syncs: false);
        if (PosixFile.TryLock(descriptor, path))
        {
            return file;
        }

        throw InUse(file);
    }

    private DataDirectoryException InUse(LinuxFile file)
    {
        Span<byte> owner = stackalloc byte[32];
        var count = file.ReadAt(0, owner);
        file.Dispose();
        return new DataDirectoryException(
            $"The data directory {_root} is in use by another process (pid "
            + $"{Encoding.ASCII.GetString(owner[..count]).Trim()}); a directory belongs to one process at a time.");
    }

    private LinuxFile OpenWal(string full)
    {
        if (_mode is WalSyncMode.Auto or WalSyncMode.DirectSync && !_directUnsupported)
        {
            var flags = PosixFile.ReadWrite | PosixFile.DirectFlag | PosixFile.DataSyncFlag;
            var descriptor = PosixFile.TryOpen(full, flags, out var error);
            if (descriptor >= 0)
            {
                return new LinuxFile(full, descriptor, syncs: false);
            }

            if (_mode == WalSyncMode.DirectSync || !PosixFile.IsUnsupported(error))
            {
                PosixFile.Close(PosixFile.Open(full, flags));
            }

            _directUnsupported = true;
        }

        return new LinuxFile(full, PosixFile.Open(full, PosixFile.ReadWrite), _mode != WalSyncMode.None);
    }

    private static string? ReadBootId()
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private List<string> Names(string path, Func<string, string[]> list)
    {
        var full = Full(path);
        return Directory.Exists(full) ? [.. list(full).Select(item => Path.GetFileName(item))] : [];
    }

    private string Full(string path) => Path.Combine(_root, path);
}
