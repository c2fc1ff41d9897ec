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
    private const int BytesMax = 256;

    /// <summary>What was written and not synced before this start may be lost.</summary>
    public static bool MayHaveLost(IStorageDisk disk) => !IsOfThisBoot(disk) && Read(disk) != Text(Clean);

    /// <summary>Blocks were synced later since this start of the machine, by this process or an earlier one.</summary>
    public static bool IsOfThisBoot(IStorageDisk disk) => disk.BootId is { } boot && Read(disk) == Text(boot);

    public static void Save(IStorageDisk disk, bool isClean) =>
        TextFile.Replace(disk, StorageLayout.BootFile, Text(isClean ? Clean : disk.BootId ?? "unknown"));

    private static string Read(IStorageDisk disk) =>
        disk.Exists(StorageLayout.BootFile) ? TextFile.Read(disk, StorageLayout.BootFile, BytesMax) : "";

    private static string Text(string id) => $"{id}\n";
}
