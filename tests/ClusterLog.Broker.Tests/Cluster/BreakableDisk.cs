using ClusterLog.Storage.Disk;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>A disk that can be made to fail whatever it is asked for.</summary>
internal sealed class BreakableDisk(IStorageDisk disk, Func<bool> isBroken) : IStorageDisk
{
    public long FreeBytes => disk.FreeBytes;

    public string? BootId => disk.BootId;

    public int SyncsAtOnceMax => disk.SyncsAtOnceMax;

    public IStorageFile Open(string path, FileUse use) => new BreakableFile(Whole().Open(path, use), Check);

    public void CreateDirectory(string path) => Whole().CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string path) => Whole().ListFiles(path);

    public IReadOnlyList<string> ListDirectories(string path) => Whole().ListDirectories(path);

    public bool Exists(string path) => Whole().Exists(path);

    public void Rename(string from, string to) => Whole().Rename(from, to);

    public void Delete(string path) => Whole().Delete(path);

    public void DeleteDirectory(string path) => Whole().DeleteDirectory(path);

    public void SyncDirectory(string path) => Whole().SyncDirectory(path);

    private IStorageDisk Whole()
    {
        Check();
        return disk;
    }

    private void Check()
    {
        if (isBroken())
        {
            throw new IOException("The disk is broken.");
        }
    }

    private sealed class BreakableFile(IStorageFile file, Action check) : IStorageFile
    {
        public long Length => file.Length;

        public int ReadAt(long position, Span<byte> buffer)
        {
            check();
            return file.ReadAt(position, buffer);
        }

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
            check();
            file.WriteAt(position, bytes);
        }

        public void Sync()
        {
            check();
            file.Sync();
        }

        public void SetLength(long length)
        {
            check();
            file.SetLength(length);
        }

        public void Dispose() => file.Dispose();
    }
}
