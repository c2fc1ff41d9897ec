using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss.Tests;

internal static class DiskExtensions
{
    public static byte[] ReadAll(this IStorageDisk disk, string path)
    {
        using var file = disk.Open(path, FileUse.Read);
        var bytes = new byte[file.Length + 10];
        return bytes[..file.ReadAt(0, bytes)];
    }

    /// <summary>Makes a file with its content and name on disk.</summary>
    public static void Save(this IStorageDisk disk, string path, byte[] bytes)
    {
        using var file = disk.Open(path, FileUse.Create);
        file.WriteAt(0, bytes);
        file.Sync();
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
