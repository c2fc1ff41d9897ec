using ClusterLog.Storage.Compaction;

namespace ClusterLog.Broker.Compaction;

/// <summary>How much of a log no run of compaction has seen, in bytes of segments.</summary>
/// <param name="Dirty">Of sealed segments, those with records that none has seen.</param>
/// <param name="Sealed">All sealed segments.</param>
/// <param name="Growing">The segment that grows.</param>
internal readonly record struct LogDirt(long Dirty, long Sealed, long Growing)
{
    /// <param name="from">Where the next run goes on.</param>
    public static LogDirt Of(LogCompaction log, long from)
    {
        var (dirty, all) = log.SealedBytes(from);
        return new LogDirt(dirty, all, log.GrowingBytes);
    }
}
