namespace ClusterLog.Broker.Compaction;

/// <summary>Figures of a broker's compaction since its start. One writer; any thread may read, each value on its own.</summary>
internal sealed class CompactionCounters
{
    private long _runs;
    private long _bytesBefore;
    private long _bytesAfter;
    private long _superseded;
    private long _tombstones;
    private long _waitTicks;

    /// <summary>Runs that have ended well.</summary>
    public long Runs => Volatile.Read(ref _runs);

    /// <summary>Bytes of closed segments of the partitions, before each run.</summary>
    public long BytesBefore => Volatile.Read(ref _bytesBefore);

    /// <summary>The same after each run.</summary>
    public long BytesAfter => Volatile.Read(ref _bytesAfter);

    /// <summary>Records dropped since a later one has their key.</summary>
    public long Superseded => Volatile.Read(ref _superseded);

    /// <summary>Marks of deleted keys that were dropped.</summary>
    public long Tombstones => Volatile.Read(ref _tombstones);

    /// <summary>The longest that marks of deleted keys have waited in a partition without its horizon moving.</summary>
    public TimeSpan TombstoneWait
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _waitTicks));
        set => Volatile.Write(ref _waitTicks, value.Ticks);
    }

    public void RunEnded(CompactionOutcome outcome, long bytesBefore, long bytesAfter)
    {
        Volatile.Write(ref _runs, _runs + 1);
        Volatile.Write(ref _bytesBefore, _bytesBefore + bytesBefore);
        Volatile.Write(ref _bytesAfter, _bytesAfter + bytesAfter);
        Volatile.Write(ref _superseded, _superseded + outcome.Superseded);
        Volatile.Write(ref _tombstones, _tombstones + outcome.Tombstones);
    }
}
