namespace ClusterLog.Broker.Hosting;

/// <summary>How the node keeps its data. The node's.</summary>
internal sealed class StorageSettings
{
    /// <summary>Bytes of one write-ahead log file; default 64 MiB; 16 MiB to 4 GiB. Read when a file is made.</summary>
    public long WalFileBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Most bytes of write-ahead log that wait for segments; default 1 GiB; four files to 1 TiB. Full: produce slows
    /// down until segments have caught up.
    /// </summary>
    public long WalBytesMax { get; set; } = 1L << 30;

    /// <summary>Bytes at which a segment is closed and the next begun; default 64 MiB; 1 MiB to 2 GiB.</summary>
    public long SegmentBytesMax { get; set; } = 64L << 20;

    /// <summary>Bytes of segment between two entries of its offset index; default 64 KiB; 4 KiB to 16 MiB.</summary>
    public int IndexIntervalBytes { get; set; } = 64 << 10;

    /// <summary>
    /// Memory for the newest records of all partitions; default 256 MiB; 16 MiB to 1 TiB. Full: older records are read
    /// from segments, and produce waits for segments to be written.
    /// </summary>
    public long TailBytesMax { get; set; } = 256L << 20;

    /// <summary>
    /// Free bytes of the disk below which produce is refused with StorageFull; default 256 MiB; 0 to 1 TiB.
    /// Reads go on, and produce goes on once there is room again.
    /// </summary>
    public long FreeBytesMin { get; set; } = 256L << 20;
}
