using ClusterLog.Broker.Shards;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Hosting;

/// <summary>How the node keeps its data. The node's.</summary>
internal sealed class StorageSettings
{
#if DEBUG
    private const bool PayloadsArePoisoned = true;
#else
    private const bool PayloadsArePoisoned = false;
#endif

    // Appends and replies on their way, and what blocks have beside the payloads in them.
    private const long PayloadBytesBeside = 128L << 20;

    private const long PayloadBytesFreeMin = 32L << 20;

    /// <summary>Bytes of one WAL file; default 64 MiB; two frames to 1 GiB, a multiple of 4 KiB.</summary>
    public long WalFileBytes { get; set; } = 64L << 20;

    /// <summary>Recycled WAL files kept for reuse, beyond which they are deleted; default 2; 0 to 64.</summary>
    public int WalSpareFilesMax { get; set; } = 2;

    /// <summary>How WAL writes are made lasting; default <see cref="Hosting.WalSync.Auto"/>.</summary>
    public WalSync WalSync { get; set; } = WalSync.Auto;

    /// <summary>
    /// Bytes of the WAL that may be written and not synced, by topics with durability=memory; default 256 KiB; 0 B to
    /// 64 MiB.
    /// </summary>
    public int UnsyncedBytesMax { get; set; } = 256 << 10;

    /// <summary>The longest that they wait for their sync; default 100 ms; 1 ms to 1 min.</summary>
    public TimeSpan UnsyncedTimeMax { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes at which a segment is closed and the next begun; default 256 MiB; 4 KiB to 1 GiB.</summary>
    public long SegmentBytesMax { get; set; } = 256L << 20;

    /// <summary>Segments kept open for reading that nobody reads at the moment; default 256; 0 to 100,000.</summary>
    public int SegmentFilesOpenMax { get; set; } = 256;

    /// <summary>Committed bytes of a group that start a segment write; default 1 MiB; 1 B to 64 MiB.</summary>
    public int SegmentFlushBytes { get; set; } = 1 << 20;

    /// <summary>The longest that committed entries wait for a segment write; default 5 s; 0 s to 1 h.</summary>
    public TimeSpan SegmentFlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory for the newest records of all groups; default 128 MiB; 0 to 1 TiB.</summary>
    public long TailBytesMax { get; set; } = 128L << 20;

    /// <summary>Free bytes of the disk below which storage is full; default 64 MiB; 0 to 1 TiB.</summary>
    public long MinFreeBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Bytes of segments and checkpoints read through in the background, per second, to find damage before a reader does;
    /// default 16 MiB; 0 to 16 GiB. 0: never.
    /// </summary>
    public long ScrubBytesPerSecond { get; set; } = 16L << 20;

    /// <summary>From one beginning of that to the next, at least; default 1 day; 1 s to 365 days.</summary>
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Bytes of damaged files kept for a person to look at; default 1 GiB; 0 to 1 TiB. The oldest go first.</summary>
    public long DamagedBytesMax { get; set; } = 1L << 30;

    /// <summary>How many damaged files are kept; default 1,000; 0 to 100,000.</summary>
    public int DamagedFilesMax { get; set; } = 1_000;

    /// <summary>
    /// Bytes of entries that a group applies before its state is captured for restarts and for followers that need what
    /// was trimmed; default 64 MiB; 4 KiB to 1 TiB. Fewer: shorter starts, more small writes.
    /// </summary>
    public long CheckpointBytes { get; set; } = 64L << 20;

    /// <summary>Entries for the same, however small they are; default 20,000; 1 to 1,000,000,000.</summary>
    public int CheckpointEntries { get; set; } = 20_000;

    /// <summary>When groups capture their states.</summary>
    public CheckpointOptions ToCheckpointOptions() => new() { BytesMax = CheckpointBytes, EntriesMax = CheckpointEntries };

    /// <summary>The memory of payloads: as much as may wait for the disks, beside the newest entries, and what is on its way.</summary>
    public PayloadMemory ToPayloadMemory() => new(
        bytesMax: (2 * TailBytesMax) + PayloadBytesBeside,
        freeBytesMax: Math.Max(PayloadBytesFreeMin, TailBytesMax / 4),
        poisons: PayloadsArePoisoned);

    /// <summary>The same as storage takes it.</summary>
    public StorageOptions ToStorageOptions(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        WalFileBytes = WalFileBytes,
        WalSpareFilesMax = WalSpareFilesMax,
        WalSyncMode = WalSync switch
        {
            WalSync.Direct => WalSyncMode.DirectSync,
            WalSync.Fdatasync => WalSyncMode.Fdatasync,
            _ => WalSyncMode.Auto,
        },
        UnsyncedBytesMax = UnsyncedBytesMax,
        UnsyncedTimeMax = UnsyncedTimeMax,
        SegmentBytesMax = SegmentBytesMax,
        SegmentFilesOpenMax = SegmentFilesOpenMax,
        SegmentFlushBytes = SegmentFlushBytes,
        SegmentFlushInterval = SegmentFlushInterval,
        TailBytesMax = TailBytesMax,
        MinFreeBytes = MinFreeBytes,
        ScrubBytesPerSecond = ScrubBytesPerSecond,
        ScrubInterval = ScrubInterval,
        DamagedBytesMax = DamagedBytesMax,
        DamagedFilesMax = DamagedFilesMax,
    };
}
