namespace ClusterLog.Storage;

/// <summary>Figures of one broker's storage, since it was opened. Any thread may read; each value is read on its own.</summary>
internal sealed class StorageCounters
{
    private long _walBytesWritten;
    private long _walWrites;
    private long _walWriteTicks;
    private long _walQueueBytes;
    private long _walSubmissions;
    private long _segmentBytesWritten;
    private long _segmentWrites;
    private long _segmentWriteTicks;
    private long _tailBytes;
    private long _tailArrived;
    private long _segmentQueueBytes;
    private long _walUnsyncedBytes;
    private long _scrubbedBytes;
    private long _damageFound;
    private int _walFiles;

    /// <summary>Bytes written to the WAL, padding included.</summary>
    public long WalBytesWritten => Volatile.Read(ref _walBytesWritten);

    /// <summary>Group commits: one write and sync each.</summary>
    public long WalWrites => Volatile.Read(ref _walWrites);

    /// <summary>Submissions that became durable.</summary>
    public long WalSubmissions => Volatile.Read(ref _walSubmissions);

    /// <summary>Seconds spent writing and syncing the WAL.</summary>
    public double WalSyncSeconds => TimeSpan.FromTicks(Volatile.Read(ref _walWriteTicks)).TotalSeconds;

    /// <summary>Bytes written to the WAL that wait for a sync, of groups that may be acknowledged before it.</summary>
    public long WalUnsyncedBytes => Volatile.Read(ref _walUnsyncedBytes);

    /// <summary>Bytes of entries submitted and not yet durable.</summary>
    public long WalQueueBytes => Volatile.Read(ref _walQueueBytes);

    /// <summary>WAL files that are needed for recovery, the active one included.</summary>
    public int WalFiles => Volatile.Read(ref _walFiles);

    /// <summary>Bytes written to segments.</summary>
    public long SegmentBytesWritten => Volatile.Read(ref _segmentBytesWritten);

    /// <summary>Segment writes: one sync each.</summary>
    public long SegmentWrites => Volatile.Read(ref _segmentWrites);

    /// <summary>Seconds spent writing and syncing segments.</summary>
    public double SegmentSyncSeconds => TimeSpan.FromTicks(Volatile.Read(ref _segmentWriteTicks)).TotalSeconds;

    /// <summary>Bytes of entries in memory, over all groups.</summary>
    public long TailBytes => Volatile.Read(ref _tailBytes);

    /// <summary>Bytes of all entries that ever came into memory: the age of one there is what has come since.</summary>
    public long TailArrived => Volatile.Read(ref _tailArrived);

    /// <summary>Bytes of committed entries that are not in segments yet. What is not committed does not count.</summary>
    public long SegmentQueueBytes => Volatile.Read(ref _segmentQueueBytes);

    /// <summary>Bytes of segments and checkpoints that were read through in the background.</summary>
    public long ScrubbedBytes => Volatile.Read(ref _scrubbedBytes);

    /// <summary>Damages found, at start, in reads and in the background, whether or not they could be made good here.</summary>
    public long DamageFound => Volatile.Read(ref _damageFound);

    internal void AddScrubbedBytes(long bytes) => Interlocked.Add(ref _scrubbedBytes, bytes);

    internal void AddDamageFound(int count = 1) => Interlocked.Add(ref _damageFound, count);

    internal void WalWritten(int bytes, TimeSpan elapsed)
    {
        Interlocked.Add(ref _walBytesWritten, bytes);
        Interlocked.Increment(ref _walWrites);
        Interlocked.Add(ref _walWriteTicks, elapsed.Ticks);
    }

    internal void WalSynced(TimeSpan elapsed) => Interlocked.Add(ref _walWriteTicks, elapsed.Ticks);

    internal void SetWalUnsyncedBytes(long bytes) => Volatile.Write(ref _walUnsyncedBytes, bytes);

    internal void WalSubmissionDone() => Interlocked.Increment(ref _walSubmissions);

    internal void AddWalQueueBytes(long bytes) => Interlocked.Add(ref _walQueueBytes, bytes);

    internal void SetWalFiles(int count) => Volatile.Write(ref _walFiles, count);

    internal void SegmentWritten(int bytes, TimeSpan elapsed)
    {
        Interlocked.Add(ref _segmentBytesWritten, bytes);
        Interlocked.Increment(ref _segmentWrites);
        Interlocked.Add(ref _segmentWriteTicks, elapsed.Ticks);
    }

    internal void AddSegmentQueueBytes(long bytes) => Interlocked.Add(ref _segmentQueueBytes, bytes);

    /// <summary>An entry has come into memory; returns <see cref="TailArrived"/> without it.</summary>
    internal long AddToTail(int bytes)
    {
        Interlocked.Add(ref _tailBytes, bytes);
        return Interlocked.Add(ref _tailArrived, bytes) - bytes;
    }

    internal void TakeFromTail(long bytes) => Interlocked.Add(ref _tailBytes, -bytes);
}
