namespace ClusterLog.Storage;

/// <summary>Whether storage takes writes.</summary>
internal enum StorageState
{
    /// <summary>Writes go on.</summary>
    Ok,

    /// <summary>There is no room: writes wait in the queue, reads go on; ends by itself when there is room again.</summary>
    Full,

    /// <summary>A write or sync failed: nothing is written until the process is started again.</summary>
    Failed,
}
