using ClusterLog.Storage;

namespace ClusterLog.Broker.Telemetry;

/// <summary>What is shown of one data directory.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="State">0: writing, 1: disk full, 2: a write or sync failed, 3: could not be opened.</param>
/// <param name="FreeBytes">Free bytes of its disk; null: unknown, and not shown.</param>
internal readonly record struct DirectoryGauges(string Directory, int State, long? FreeBytes)
{
    private const int NotOpened = 3;

    public static IReadOnlyList<DirectoryGauges> Of(StorageSet storage) =>
    [
        .. storage.Engines.Select(static engine =>
            new DirectoryGauges(engine.Directory, (int)engine.State, FreeBytesOf(engine.Directory))),
        .. storage.Closed.Select(static closed => new DirectoryGauges(closed.Directory, NotOpened, null)),
    ];

    private static long? FreeBytesOf(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk is gone; what else there is to see of it is shown all the same.
            return null;
        }
    }
}
