namespace ClusterLog.Storage;

/// <summary>How the WAL's writes are made lasting.</summary>
internal enum WalSyncMode
{
    /// <summary><see cref="DirectSync"/> where the file system can, else <see cref="Fdatasync"/>.</summary>
    Auto,

    /// <summary>O_DIRECT and O_DSYNC: one call per group commit, no copy in the page cache.</summary>
    DirectSync,

    /// <summary>A buffered write, then fdatasync.</summary>
    Fdatasync,

    /// <summary>Never synced, segments and directories neither. For tests and benchmarks only.</summary>
    None,
}
