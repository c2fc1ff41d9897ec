using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Checking;

/// <summary>
/// A disk on which nothing can be changed: what recovery would write is dropped. Counts what is read.
/// </summary>
internal sealed class ReadOnlyDisk(IStorageDisk disk) : IStorageDisk
{
    private readonly HashSet<string> _read = [];

    /// <summary>How many files were opened.</summary>
    public int Files => _read.Count;

    /// <summary>How long they are, together.</summary>
    public long Bytes { get; private set; }

    public long FreeBytes => disk.FreeBytes;

    public string? BootId => disk.BootId;

    public IStorageFile Open(string path, FileUse use)
    {
        if (use == FileUse.Create)
        {
            throw new NotSupportedException($"{path} is not created: this is a check.");
        }

        var file = disk.Open(path, FileUse.Read);
        if (_read.Add(path))
        {
            Bytes += file.Length;
        }

        return new ReadOnlyFile(file);
    }

    public IReadOnlyList<string> ListFiles(string path) => disk.ListFiles(path);

    public IReadOnlyList<string> ListDirectories(string path) => disk.ListDirectories(path);

    public bool Exists(string path) => disk.Exists(path);

    public void CreateDirectory(string path)
    {
    }

    public void Rename(string from, string to) => throw new NotSupportedException($"{from} is not renamed: this is a check.");

    public void Delete(string path)
    {
    }

    public void DeleteDirectory(string path)
    {
    }

    public void SyncDirectory(string path)
    {
    }

    private sealed class ReadOnlyFile(IStorageFile file) : IStorageFile
    {
        public long Length => file.Length;

        public int ReadAt(long position, Span<byte> buffer) => file.ReadAt(position, buffer);

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
        }

        public void Sync()
        {
        }

        public void SetLength(long length)
        {
        }

        public void Dispose() => file.Dispose();
    }
}
