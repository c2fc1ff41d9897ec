namespace ClusterLog.Storage;

/// <summary>The names in a data directory, relative to it.</summary>
internal static class StorageLayout
{
    /// <summary>The write-ahead log: NNNN.wal in use, NNNN.free to be reused, NNNN.tmp being made.</summary>
    public const string WalFolder = "wal";

    /// <summary>One folder per group, named by its id.</summary>
    public const string SegmentsFolder = "segments";

    /// <summary>Files that were found damaged, for a person to look at.</summary>
    public const string DamagedFolder = "damaged";

    /// <summary>Which groups have lost their identity to damage; absent while none has.</summary>
    public const string LostFile = "LOST";

    /// <summary>Whose the directory is.</summary>
    public const string IdentityFile = "IDENTITY";

    /// <summary>Since which start of the machine blocks are synced later.</summary>
    public const string BootFile = "BOOT";

    /// <summary>Which directory each broker had when this one helped to found the cluster; only in those that did.</summary>
    public const string FoundersFile = "FOUNDERS";
}
