using ClusterLog.Storage.Disk;

namespace ClusterLog.Disks.Journals;

/// <summary>Passes everything on to another disk, and writes down each change and each sync. One thread.</summary>
internal sealed class RecordingDisk : IStorageDisk
{
    private readonly IStorageDisk _inner;
    private readonly DiskJournal _journal;
    private readonly int _disk;
    private readonly bool _directLasts;
    private readonly Dictionary<string, int> _files = [];
    private readonly HashSet<string> _folders;

    /// <param name="start">What the inner disk holds now.</param>
    /// <param name="directLasts">A write that goes past the page cache is synced on return.</param>
    public RecordingDisk(IStorageDisk inner, DiskJournal journal, int disk, DiskImage start, bool directLasts)
    {
        (_inner, _journal, _disk, _directLasts) = (inner, journal, disk, directLasts);
        _folders = [.. start.Folders];
        foreach (var path in start.Files.Keys.Order(StringComparer.Ordinal))
        {
            _files.Add(path, journal.NewFile());
        }

        Start = new Dictionary<string, int>(_files);
    }

    /// <summary>The numbers of the files that were there at the start.</summary>
    public IReadOnlyDictionary<string, int> Start { get; }

    public long FreeBytes => _inner.FreeBytes;

    public string? BootId => _inner.BootId;

    public IStorageFile Open(string path, FileUse use)
    {
        var file = _inner.Open(path, use);
        if (use == FileUse.Create)
        {
            _files[path] = _journal.NewFile();
            Note(JournalKind.Create, path, path);
        }

        return new RecordingFile(this, path, _files[path], file, use == FileUse.WalDirect && _directLasts);
    }

    public void CreateDirectory(string path)
    {
        _inner.CreateDirectory(path);
        var missing = new Stack<string>();
        for (var folder = path; _folders.Add(folder); folder = MemoryDisk.FolderOf(folder))
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            Note(JournalKind.MakeFolder, folder, folder);
        }
    }

    public IReadOnlyList<string> ListFiles(string path) => _inner.ListFiles(path);

    public IReadOnlyList<string> ListDirectories(string path) => _inner.ListDirectories(path);

    public bool Exists(string path) => _inner.Exists(path);

    public void Rename(string from, string to)
    {
        _inner.Rename(from, to);
        _files.Remove(from, out var file);
        _files[to] = file;
        Note(JournalKind.Rename, from, to);
    }

    public void Delete(string path)
    {
        _inner.Delete(path);
        if (_files.ContainsKey(path))
        {
            Note(JournalKind.Delete, path, path);
            _files.Remove(path);
        }
    }

    public void DeleteDirectory(string path)
    {
        _inner.DeleteDirectory(path);
        if (_folders.Remove(path))
        {
            Note(JournalKind.RemoveFolder, path, path);
        }
    }

    public void SyncDirectory(string path)
    {
        _inner.SyncDirectory(path);
        Note(JournalKind.SyncFolder, path, path);
    }

    private void Note(JournalKind kind, string path, string to) =>
        _journal.Add(new JournalEvent(_disk, kind, path, to, _files.GetValueOrDefault(to)));

    private sealed class RecordingFile : IStorageFile
    {
        private readonly RecordingDisk _owner;
        private readonly string _path;
        private readonly int _file;
        private readonly IStorageFile _inner;
        private readonly bool _isDirect;

        public RecordingFile(RecordingDisk owner, string path, int file, IStorageFile inner, bool isDirect) =>
            (_owner, _path, _file, _inner, _isDirect) = (owner, path, file, inner, isDirect);

        public long Length => _inner.Length;

        public int ReadAt(long position, Span<byte> buffer) => _inner.ReadAt(position, buffer);

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
            _inner.WriteAt(position, bytes);
            var kept = bytes.ContainsAnyExcept((byte)0) ? bytes.ToArray() : null;
            Add(new JournalEvent(_owner._disk, JournalKind.Write, _path, _path, _file, position, kept, bytes.Length));
            if (_isDirect)
            {
                Add(new JournalEvent(_owner._disk, JournalKind.Sync, _path, _path, _file));
            }
        }

        public void Sync()
        {
            _inner.Sync();
            if (!_isDirect)
            {
                Add(new JournalEvent(_owner._disk, JournalKind.Sync, _path, _path, _file));
            }
        }

        public void SetLength(long length)
        {
            _inner.SetLength(length);
            Add(new JournalEvent(_owner._disk, JournalKind.SetLength, _path, _path, _file, Count: (int)length));
        }

        public void Dispose() => _inner.Dispose();

        private void Add(JournalEvent item) => _owner._journal.Add(item);
    }
}
