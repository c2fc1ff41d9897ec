namespace ClusterLog.Storage.Disk;

/// <summary>One open file. One thread writes; reads at a position are safe from any thread.</summary>
internal interface IStorageFile : IDisposable
{
    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; returns the bytes read.</summary>
    int ReadAt(long position, Span<byte> buffer);

    /// <summary>
    /// Writes all bytes. With <see cref="FileUse.WalDirect"/> the position, the length and the memory's address must
    /// be multiples of 4,096, and the bytes are on disk on return.
    /// </summary>
    /// <exception cref="DiskFullException">There is no room; some of the bytes may have been written.</exception>
    void WriteAt(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Makes what was written lasting (fdatasync). Does nothing where each write is lasting already.</summary>
    void Sync();

    /// <summary>Cuts or extends the file. Lasting only after <see cref="Sync"/>.</summary>
    void SetLength(long length);

    /// <summary>These bytes will be read soon: the disk may begin with them.</summary>
    void ReadSoon(long position, long count)
    {
    }
}
