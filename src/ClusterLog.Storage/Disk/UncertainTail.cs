namespace ClusterLog.Storage.Disk;

/// <summary>
/// The end of a file that a former process wrote, and of which nobody knows whether it is on disk. A sync alone does not
/// settle that: after a sync that failed, Linux calls the pages clean and still shows what never reached the disk, so
/// that a later sync has nothing to write. Written again, they are dirty, and the sync means what it says.
/// </summary>
internal static class UncertainTail
{
    /// <summary>More than storage ever writes between two syncs: one buffer or block, and one record beyond it.</summary>
    private const int BytesMax = 32 << 20;

    /// <param name="length">Where the file's good content ends.</param>
    public static void MakeDurable(IStorageDisk disk, string path, long length)
    {
        using var file = disk.Open(path, FileUse.Write);
        var buffer = new byte[Math.Min(length, 1 << 20)];
        for (var position = Math.Max(0, length - BytesMax); position < length;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - position));
            var count = file.ReadAt(position, part);
            if (count == 0)
            {
                throw new IOException($"{path} ends at {position}, though it was read up to {length}.");
            }

            file.WriteAt(position, part[..count]);
            position += count;
        }

        file.Sync();
    }
}
