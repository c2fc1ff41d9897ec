using System.Text;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage;

/// <summary>
/// The file BOOT: since which start of the machine blocks are written and synced later. While the machine has not been
/// started again, the page cache still holds what a process that died had written; else, unless storage was closed in
/// order, it may be lost. A damaged file is taken for another start: to suspect a loss costs an election, no more.
/// </summary>
internal static class BootFile
{
    private const string Clean = "clean";

    /// <summary>What was written and not synced before this start may be lost.</summary>
    public static bool MayHaveLost(IStorageDisk disk) => !IsOfThisBoot(disk) && Read(disk) != Text(Clean);

    /// <summary>Blocks were synced later since this start of the machine, by this process or an earlier one.</summary>
    public static bool IsOfThisBoot(IStorageDisk disk) => disk.BootId is { } boot && Read(disk) == Text(boot);

    public static void Save(IStorageDisk disk, bool isClean)
    {
        const string temporary = StorageLayout.BootFile + ".tmp";
        using (var file = disk.Open(temporary, FileUse.Create))
        {
            file.WriteAt(0, Encoding.UTF8.GetBytes(Text(isClean ? Clean : disk.BootId ?? "unknown")));
            file.Sync();
        }

        disk.Rename(temporary, StorageLayout.BootFile);
        disk.SyncDirectory("");
    }

    private static string Read(IStorageDisk disk)
    {
        if (!disk.Exists(StorageLayout.BootFile))
        {
            return "";
        }

        using var file = disk.Open(StorageLayout.BootFile, FileUse.Read);
        var bytes = new byte[Math.Min(file.Length, 256)];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAt(0, bytes));
    }

    private static string Text(string id) => $"{id}\n";
}
