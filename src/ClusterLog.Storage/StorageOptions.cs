namespace ClusterLog.Storage;

/// <summary>What an operator can set of one broker's storage. All are the node's, not the cluster's.</summary>
internal sealed class StorageOptions
{
    /// <summary>The folder that holds everything; made if absent. Required.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// Bytes of one WAL file, zero-filled ahead of need. Default 64 MiB: large enough that rolling costs nothing, small
    /// enough to be recycled soon. From 64 KiB to 1 GiB, a multiple of 4,096; must hold the largest entry twice.
    /// </summary>
    public long WalFileBytes { get; set; } = 64L << 20;

    /// <summary>Recycled WAL files kept for reuse; more are deleted. Default 2, from 0 to 64.</summary>
    public int WalSpareFilesMax { get; set; } = 2;

    /// <summary>How WAL writes are made lasting. Default <see cref="Storage.WalSyncMode.Auto"/>.</summary>
    public WalSyncMode WalSyncMode { get; set; } = WalSyncMode.Auto;

    /// <summary>
    /// Bytes of the WAL that may be written and not synced, where groups allow it (<see
    /// cref="GroupWrite.MaySyncLater"/>);
    /// with more, a sync comes before the next write. Default 256 KiB, from 0 to 64 MiB.
    /// </summary>
    public int UnsyncedBytesMax { get; set; } = 256 << 10;

    /// <summary>The longest that they wait for their sync. Default 100 ms, from 1 ms to 1 minute.</summary>
    public TimeSpan UnsyncedTimeMax { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes at which a segment ends and the next begins. Default 256 MiB, from 4 KiB to 1 GiB.</summary>
    public long SegmentBytesMax { get; set; } = 256L << 20;

    /// <summary>
    /// Segments kept open for reading that nobody reads at the moment; more are closed, the least recently read first.
    /// Default 256, from 0 to 100,000. Writers keep none open.
    /// </summary>
    public int SegmentFilesOpenMax { get; set; } = 256;

    /// <summary>
    /// Committed bytes of a group that start a segment write. Default 1 MiB, from 1 B to 64 MiB. Smaller ones wait for
    /// <see cref="SegmentFlushInterval"/>: they lie safe in the WAL.
    /// </summary>
    public int SegmentFlushBytes { get; set; } = 1 << 20;

    /// <summary>The longest that committed entries wait for a segment write. Default 5 s, from 0 to 1 hour.</summary>
    public TimeSpan SegmentFlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bytes of recent entries kept in memory, over all groups of the broker. Default 128 MiB, from 0 up. When it is
    /// full the oldest entries that are in segments leave memory; those that are not stay, whatever the budget.
    /// </summary>
    public long TailBytesMax { get; set; } = 128L << 20;

    /// <summary>
    /// Free bytes of the disk below which storage is full and writes wait. Default 64 MiB, from 0 up: room for the
    /// segments of what was acknowledged already.
    /// </summary>
    public long MinFreeBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Bytes of segments and checkpoints read through in the background, per second, to find damage before a reader
    /// does.
    /// Default 16 MiB, from 0, which switches it off, to 16 GiB.
    /// </summary>
    public long ScrubBytesPerSecond { get; set; } = 16L << 20;

    /// <summary>
    /// From one beginning of reading everything through to the next, at least. Default 1 day, from 1 s to 365 days.
    /// </summary>
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Bytes of damaged files kept in the folder damaged/ for a person to look at. Default 1 GiB, from 0 up. Over it
    /// the oldest are deleted.
    /// </summary>
    public long DamagedBytesMax { get; set; } = 1L << 30;

    /// <summary>How many damaged files are kept there. Default 1,000, from 0 to 100,000.</summary>
    public int DamagedFilesMax { get; set; } = 1_000;

    /// <summary>Every error of these options, in words; none when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(DataDirectory.Length > 0, nameof(DataDirectory), DataDirectory, "a path");
        Check(
            WalFileBytes is >= 64 << 10 and <= 1 << 30 && WalFileBytes % 4096 == 0,
            nameof(WalFileBytes),
            WalFileBytes,
            "a multiple of 4096 from 65536 to 1073741824");
        Check(WalSpareFilesMax is >= 0 and <= 64, nameof(WalSpareFilesMax), WalSpareFilesMax, "0 to 64");
        Check(Enum.IsDefined(WalSyncMode), nameof(WalSyncMode), WalSyncMode, "Auto, DirectSync, Fdatasync or None");
        Check(UnsyncedBytesMax is >= 0 and <= 64 << 20, nameof(UnsyncedBytesMax), UnsyncedBytesMax, "0 to 67108864");
        Check(
            UnsyncedTimeMax >= TimeSpan.FromMilliseconds(1) && UnsyncedTimeMax <= TimeSpan.FromMinutes(1),
            nameof(UnsyncedTimeMax),
            UnsyncedTimeMax,
            "1 ms to 1 minute");
        Check(
            SegmentBytesMax is >= 4096 and <= 1 << 30, nameof(SegmentBytesMax), SegmentBytesMax, "4096 to 1073741824");
        Check(
            SegmentFilesOpenMax is >= 0 and <= 100_000, nameof(SegmentFilesOpenMax), SegmentFilesOpenMax, "0 to 100000");
        Check(SegmentFlushBytes is >= 1 and <= 64 << 20, nameof(SegmentFlushBytes), SegmentFlushBytes, "1 to 67108864");
        Check(
            SegmentFlushInterval >= TimeSpan.Zero && SegmentFlushInterval <= TimeSpan.FromHours(1),
            nameof(SegmentFlushInterval),
            SegmentFlushInterval,
            "0 to 1 hour");
        Check(TailBytesMax >= 0, nameof(TailBytesMax), TailBytesMax, "0 or more");
        Check(MinFreeBytes >= 0, nameof(MinFreeBytes), MinFreeBytes, "0 or more");
        Check(
            ScrubBytesPerSecond is >= 0 and <= 16L << 30, nameof(ScrubBytesPerSecond), ScrubBytesPerSecond, "0 to 17179869184");
        Check(
            ScrubInterval >= TimeSpan.FromSeconds(1) && ScrubInterval <= TimeSpan.FromDays(365),
            nameof(ScrubInterval),
            ScrubInterval,
            "1 s to 365 days");
        Check(DamagedBytesMax >= 0, nameof(DamagedBytesMax), DamagedBytesMax, "0 or more");
        Check(DamagedFilesMax is >= 0 and <= 100_000, nameof(DamagedFilesMax), DamagedFilesMax, "0 to 100000");
        return errors;

        void Check(bool holds, string key, object found, string allowed)
        {
            if (!holds)
            {
                errors.Add(FormattableString.Invariant($"{key}: found {found}, allowed is {allowed}."));
            }
        }
    }
}
