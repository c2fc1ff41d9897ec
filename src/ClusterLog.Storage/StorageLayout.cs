namespace ClusterLog.Storage;

/// <summary>The names in a data directory, relative to it.</summary>
internal static class StorageLayout
{
    /// <summary>The write-ahead log: NNNN.wal in use, NNNN.free to be reused, NNNN.tmp being made.</summary>
    public const string WalFolder = "wal";

    /// <summary>One folder per group, named by its id.</summary>
    public const string SegmentsFolder = "segments";

    /// <summary>Whose the directory is.</summary>
    public const string IdentityFile = "IDENTITY";

    /// <summary>Since which start of the machine blocks are synced later.</summary>
    public const string BootFile = "BOOT";
}
