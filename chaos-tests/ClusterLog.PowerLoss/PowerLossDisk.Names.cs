namespace ClusterLog.PowerLoss;

/// <content>Names, as the process sees them and as they are on disk.</content>
internal sealed partial class PowerLossDisk
{
    private readonly Dictionary<string, Folder> _folders = [];
    private readonly List<NameChange> _unsynced = [];

    private static string FolderOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    private void Load(string path)
    {
        var folder = _folders[path] = new Folder { IsLasting = true };
        foreach (var name in _disk.ListFiles(path))
        {
            using var file = _disk.Open(Join(path, name), Storage.Disk.FileUse.Read);
            folder.Files[name] = new HeldFile(Join(path, name), file.Length);
        }

        foreach (var name in _disk.ListDirectories(path).Where(name => path.Length > 0 || name != NamelessFolder))
        {
            Load(Join(path, name));
        }
    }

    private HeldFile? Find(string path) =>
        _folders.TryGetValue(FolderOf(path), out var folder) ? folder.Files.GetValueOrDefault(NameOf(path)) : null;

    private void Create(string path)
    {
        if (!_folders.ContainsKey(FolderOf(path)))
        {
            throw new FileNotFoundException($"There is no folder for {path}.", path);
        }

        var place = $"{NamelessFolder}/{++_made}";
        _disk.Open(place, Storage.Disk.FileUse.Create).Dispose();
        Change(new NameChange(NameChangeKind.Create, path, path, new HeldFile(place, 0)));
    }

    private void MakeFolder(string path)
    {
        if (!_folders.ContainsKey(path))
        {
            MakeFolder(FolderOf(path));
            Change(new NameChange(NameChangeKind.MakeFolder, path, path, null));
        }
    }

    // What the process sees changes at once, and the disk perhaps, as a journal may be written at any time.
    private void Change(NameChange change)
    {
        switch (change.Kind)
        {
            case NameChangeKind.MakeFolder:
                _folders.Add(change.To, new Folder());
                break;
            case NameChangeKind.RemoveFolder when _folders[change.To].Files.Count > 0:
                throw new IOException($"The folder {change.To} is not empty.");
            case NameChangeKind.RemoveFolder:
                _folders.Remove(change.To);
                break;
            default:
                _folders[FolderOf(change.From)].Files.Remove(NameOf(change.From));
                if (change.Kind != NameChangeKind.Delete)
                {
                    _folders[FolderOf(change.To)].Files[NameOf(change.To)] = change.File!;
                }

                break;
        }

        _unsynced.Add(change);
        if (DrawReaching())
        {
            SyncNames(FolderOf(change.To));
        }
    }

    private void SyncNames(string path)
    {
        if (!_folders.TryGetValue(path, out var folder) || !folder.IsLasting)
        {
            foreach (var change in _unsynced.Where(change => IsOf(change, path)))
            {
                change.WaitsForFolder = true;
            }

            return;
        }

        var together = Together(path);
        Store(change => change.Kind == NameChangeKind.MakeFolder && together.Contains(change.To));
        Store(change => together.Contains(FolderOf(change.From)) || together.Contains(FolderOf(change.To)));
        _disk.SyncDirectory(path);
    }

    // A rename from one folder to another is one change of both, as in a journal: both are stored, in order.
    private HashSet<string> Together(string path)
    {
        var together = new HashSet<string> { path };
        for (var count = 0; count < together.Count;)
        {
            count = together.Count;
            foreach (var change in _unsynced.Where(change => change.Kind == NameChangeKind.Rename))
            {
                var (from, to) = (FolderOf(change.From), FolderOf(change.To));
                if (from != to && (together.Contains(from) || together.Contains(to)))
                {
                    together.UnionWith([from, to]);
                }
            }
        }

        return together;
    }

    private static bool IsOf(NameChange change, string folder) =>
        FolderOf(change.From) == folder || FolderOf(change.To) == folder;

    private void Store(Predicate<NameChange> isMeant)
    {
        foreach (var change in _unsynced.FindAll(isMeant))
        {
            if (_unsynced.Remove(change))
            {
                Store(change);
            }
        }
    }

    private void Store(NameChange change)
    {
        switch (change.Kind)
        {
            case NameChangeKind.MakeFolder:
                _disk.CreateDirectory(change.To);
                if (_folders.TryGetValue(change.To, out var folder))
                {
                    folder.IsLasting = true;
                }

                Store(held => held.WaitsForFolder && IsOf(held, change.To));
                break;
            case NameChangeKind.RemoveFolder:
                // It was empty when it was removed: the files that it had are gone with it, synced or not.
                Store(held => held.Kind != NameChangeKind.MakeFolder && IsOf(held, change.To));
                _disk.DeleteDirectory(change.To);
                break;
            case NameChangeKind.Delete:
                _disk.Delete(change.File!.Place);
                break;
            default:
                _disk.Rename(change.File!.Place, change.To);
                change.File.Place = change.To;
                break;
        }
    }

    private sealed class Folder
    {
        public Dictionary<string, HeldFile> Files { get; } = [];

        /// <summary>The folder itself would survive a loss of power.</summary>
        public bool IsLasting { get; set; }
    }
}
