namespace ClusterLog.Broker.Hosting;

/// <summary>How the write-ahead log is made lasting. All are safe; the disk tells which is faster.</summary>
internal enum WalSync
{
    /// <summary><see cref="Direct"/> where the file system can, else <see cref="Fdatasync"/>.</summary>
    Auto,

    /// <summary>O_DIRECT and O_DSYNC.</summary>
    Direct,

    /// <summary>A buffered write, then fdatasync.</summary>
    Fdatasync,
}
