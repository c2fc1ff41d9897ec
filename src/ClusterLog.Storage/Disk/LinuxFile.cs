namespace ClusterLog.Storage.Disk;

/// <summary>A file on a Linux file system, by its descriptor.</summary>
internal sealed class LinuxFile : IStorageFile
{
    private readonly string _path;
    private readonly bool _syncs;
    private int _descriptor;

    /// <param name="syncs">False where each write is lasting already, or where nobody asked for lasting ones.</param>
    public LinuxFile(string path, int descriptor, bool syncs)
    {
        _path = path;
        _descriptor = descriptor;
        _syncs = syncs;
    }

    ~LinuxFile() => Close();

    public long Length => new FileInfo(_path).Length;

    public int ReadAt(long position, Span<byte> buffer)
    {
        var count = PosixFile.ReadAt(Descriptor, position, buffer, _path);
        GC.KeepAlive(this);
        return count;
    }

    public void WriteAt(long position, ReadOnlySpan<byte> bytes)
    {
        PosixFile.WriteAt(Descriptor, position, bytes, _path);
        GC.KeepAlive(this);
    }

    public void Sync()
    {
        if (_syncs)
        {
            PosixFile.SyncData(Descriptor, _path);
        }
    }

    public void ReadSoon(long position, long count)
    {
        PosixFile.WillNeed(Descriptor, position, count);
        GC.KeepAlive(this);
    }

    public void SetLength(long length) => PosixFile.SetLength(Descriptor, length, _path);

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private int Descriptor => _descriptor >= 0 ? _descriptor : throw new ObjectDisposedException(_path);

    private void Close()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            PosixFile.Close(descriptor);
        }
    }
}
