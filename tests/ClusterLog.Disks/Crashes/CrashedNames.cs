using ClusterLog.Disks.Journals;

namespace ClusterLog.Disks.Crashes;

/// <summary>The names of files and folders, as they are on the platter, and the changes that are not.</summary>
internal sealed class CrashedNames
{
    private readonly List<JournalEvent> _unsynced = [];
    private readonly Dictionary<string, int> _files;
    private readonly HashSet<string> _folders;

    public CrashedNames(IReadOnlyDictionary<string, int> files, IEnumerable<string> folders) =>
        (_files, _folders) = (new(files), [.. folders]);

    public int Unsynced => _unsynced.Count;

    public void Change(JournalEvent item) => _unsynced.Add(item);

    /// <summary>Of a folder that is not on the platter itself the names wait for it.</summary>
    public void Sync(string folder)
    {
        foreach (var item in _unsynced.Where(item => IsOf(item, folder)))
        {
            Apply(item, _files, _folders);
        }

        _unsynced.RemoveAll(item => IsOf(item, folder));
    }

    /// <summary>The names, as some of the unsynced changes leave them: of each folder's a beginning.</summary>
    /// <param name="keptOf">How many of so many changes of one folder survive.</param>
    public (Dictionary<string, int> Files, HashSet<string> Folders) With(Func<int, int> keptOf)
    {
        var files = new Dictionary<string, int>(_files);
        var folders = new HashSet<string>(_folders);
        foreach (var folder in _unsynced.Select(FolderOf).Distinct().ToArray())
        {
            var changes = _unsynced.Where(item => FolderOf(item) == folder).ToArray();
            foreach (var item in changes.Take(keptOf(changes.Length)))
            {
                Apply(item, files, folders);
            }
        }

        foreach (var path in files.Keys.Where(path => !Stands(MemoryDisk.FolderOf(path), folders)).ToArray())
        {
            files.Remove(path);
        }

        folders.RemoveWhere(folder => !Stands(folder, folders));
        return (files, folders);
    }

    private static bool Stands(string folder, HashSet<string> folders)
    {
        for (; folder.Length > 0; folder = MemoryDisk.FolderOf(folder))
        {
            if (!folders.Contains(folder))
            {
                return false;
            }
        }

        return true;
    }

    private static string FolderOf(JournalEvent item) => MemoryDisk.FolderOf(item.To);

    private static bool IsOf(JournalEvent item, string folder) =>
        FolderOf(item) == folder || MemoryDisk.FolderOf(item.Path) == folder;

    private static void Apply(JournalEvent item, Dictionary<string, int> files, HashSet<string> folders)
    {
        switch (item.Kind)
        {
            case JournalKind.MakeFolder:
                folders.Add(item.To);
                break;
            case JournalKind.RemoveFolder:
                // It was empty: the deletions of its files come with it.
                folders.Remove(item.To);
                foreach (var path in files.Keys.Where(path => MemoryDisk.FolderOf(path) == item.To).ToArray())
                {
                    files.Remove(path);
                }

                break;
            case JournalKind.Delete:
                files.Remove(item.Path);
                break;
            default:
                files.Remove(item.Path);
                files[item.To] = item.File;
                break;
        }
    }
}
