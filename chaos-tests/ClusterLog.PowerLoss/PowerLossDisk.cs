using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss;

/// <summary>
/// A disk that holds in this process's memory whatever was not synced: bytes, lengths, and the names of files and
/// folders. So a kill -9 of the process loses exactly what a loss of power would lose. Safe for use by several threads.
/// <para>
/// A file that has no lasting name yet has its synced bytes in a folder of this disk's own, which is emptied at the
/// next start; a sync of its folder moves it to its name.
/// </para>
/// </summary>
internal sealed partial class PowerLossDisk : IStorageDisk
{
    /// <summary>Where files without a lasting name are.</summary>
    internal const string NamelessFolder = "power-loss";

    private readonly IStorageDisk _disk;
    private readonly PowerLossOptions _options;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private int _made;

    public PowerLossDisk(IStorageDisk disk, PowerLossOptions options)
    {
        (_disk, _options, _random) = (disk, options, new Random(options.Seed));
        foreach (var nameless in disk.ListFiles(NamelessFolder))
        {
            disk.Delete($"{NamelessFolder}/{nameless}");
        }

        disk.CreateDirectory(NamelessFolder);
        Load("");
    }

    public long FreeBytes => _disk.FreeBytes;

    /// <summary>The machine is this process: when it is killed, the cache is gone.</summary>
    public string? BootId { get; } = Guid.NewGuid().ToString();

    public IStorageFile Open(string path, FileUse use)
    {
        lock (_gate)
        {
            if (use == FileUse.Create)
            {
                Create(path);
            }

            if (Find(path) is not { } file)
            {
                throw new FileNotFoundException($"There is no file {path}.", path);
            }

            // Past the page cache or not makes no difference here: what counts is when this disk passes bytes on.
            var passesOn = use == FileUse.WalDirect && !_options.HoldsWal;
            return new HeldFileHandle(this, file, _disk.Open(file.Place, Writes(use) ? FileUse.Write : FileUse.Read), passesOn);
        }
    }

    public void CreateDirectory(string path)
    {
        lock (_gate)
        {
            MakeFolder(path);
        }
    }

    public IReadOnlyList<string> ListFiles(string path)
    {
        lock (_gate)
        {
            return _folders.TryGetValue(path, out var folder) ? [.. folder.Files.Keys] : [];
        }
    }

    public IReadOnlyList<string> ListDirectories(string path)
    {
        lock (_gate)
        {
            return [.. _folders.Keys.Where(name => name.Length > 0 && FolderOf(name) == path).Select(NameOf)];
        }
    }

    public bool Exists(string path)
    {
        lock (_gate)
        {
            return Find(path) is not null;
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            var file = Find(from) ?? throw new FileNotFoundException($"There is no file {from}.", from);
            Change(new NameChange(NameChangeKind.Rename, from, to, file));
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            if (Find(path) is { } file)
            {
                Change(new NameChange(NameChangeKind.Delete, path, path, file));
            }
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_gate)
        {
            if (_folders.ContainsKey(path))
            {
                Change(new NameChange(NameChangeKind.RemoveFolder, path, path, null));
            }
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            SyncNames(path);
        }
    }

    /// <summary>True as often as the options want something unsynced to reach the disk.</summary>
    internal bool DrawReaching() => _options.Reaching > 0 && Draw() < _options.Reaching;

    /// <summary>From 0 to 1. Any thread.</summary>
    internal double Draw()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }

    private static bool Writes(FileUse use) => use != FileUse.Read;
}
