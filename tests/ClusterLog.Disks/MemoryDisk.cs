using ClusterLog.Storage.Disk;

namespace ClusterLog.Disks;

/// <summary>
/// A disk that begins as an image and loses nothing; to make one costs little, since it shares the image's pages. One
/// thread.
/// </summary>
internal sealed class MemoryDisk : IStorageDisk
{
    private readonly Dictionary<string, MemoryFile> _files = [];
    private readonly HashSet<string> _folders;

    public MemoryDisk(DiskImage image, string bootId)
    {
        BootId = bootId;
        _folders = [.. image.Folders];
        foreach (var (path, file) in image.Files)
        {
            _files.Add(path, new MemoryFile(file));
        }
    }

    public long FreeBytes => 1L << 40;

    public string? BootId { get; }

    public IStorageFile Open(string path, FileUse use)
    {
        if (use == FileUse.Create)
        {
            if (!_folders.Contains(FolderOf(path)))
            {
                throw new FileNotFoundException($"There is no folder for {path}.", path);
            }

            return _files[path] = new MemoryFile(FileImage.Empty);
        }

        return _files.TryGetValue(path, out var file)
            ? file
            : throw new FileNotFoundException($"There is no file {path}.", path);
    }

    public void CreateDirectory(string path)
    {
        for (; _folders.Add(path); path = FolderOf(path))
        {
        }
    }

    public IReadOnlyList<string> ListFiles(string path) =>
        [.. _files.Keys.Where(name => FolderOf(name) == path).Select(NameOf).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> ListDirectories(string path) =>
    [
        .. _folders.Where(name => name.Length > 0 && FolderOf(name) == path)
            .Select(NameOf).Order(StringComparer.Ordinal),
    ];

    public bool Exists(string path) => _files.ContainsKey(path);

    public void Rename(string from, string to)
    {
        if (!_files.Remove(from, out var file))
        {
            throw new FileNotFoundException($"There is no file {from}.", from);
        }

        _files[to] = file;
    }

    public void Delete(string path) => _files.Remove(path);

    public void DeleteDirectory(string path)
    {
        if (ListFiles(path).Count > 0)
        {
            throw new IOException($"The folder {path} is not empty.");
        }

        _folders.Remove(path);
    }

    public void SyncDirectory(string path)
    {
    }

    /// <summary>All that the disk holds now.</summary>
    public DiskImage Capture() => new(
        _files.ToDictionary(static file => file.Key, static file => file.Value.Capture()), new HashSet<string>(_folders));

    /// <summary>Changes bits of what is at rest.</summary>
    /// <returns>False where there is no such byte.</returns>
    public bool Flip(string path, int position, byte mask)
    {
        if (!_files.TryGetValue(path, out var file) || position >= file.Length)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[1];
        file.ReadAt(position, bytes);
        bytes[0] ^= mask;
        file.WriteAt(position, bytes);
        return true;
    }

    internal static string FolderOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private sealed class MemoryFile : IStorageFile
    {
        private byte[]?[] _pages;
        private bool _isOwn;
        private int _length;

        public MemoryFile(FileImage image) => (_pages, _length) = (image.AllPages, image.Length);

        public long Length => _length;

        // Pages are never changed; the array of them is.
        public FileImage Capture() => new([.. _pages], _length);

        public int ReadAt(long position, Span<byte> buffer) => Pages.Read(_pages, _length, position, buffer);

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
            Own(Math.Max(_length, (int)position + bytes.Length));
            Pages.Write(_pages, position, bytes, bytes.Length);
            _length = Math.Max(_length, (int)position + bytes.Length);
        }

        public void Sync()
        {
        }

        public void SetLength(long length)
        {
            Own((int)Math.Max(length, _length));
            if (length < _length)
            {
                var first = Pages.CountOf((int)length);
                Array.Clear(_pages, first, _pages.Length - first);
                if (length % Pages.Bytes != 0)
                {
                    _pages[first - 1] = Pages.Cut(_pages[first - 1], (int)(length % Pages.Bytes));
                }
            }

            _length = (int)length;
        }

        public void Dispose()
        {
        }

        private void Own(int length)
        {
            var count = Pages.CountOf(length);
            if (!_isOwn || _pages.Length < count)
            {
                var pages = new byte[]?[Math.Max(count, _pages.Length)];
                _pages.CopyTo(pages, 0);
                (_pages, _isOwn) = (pages, true);
            }
        }
    }
}
