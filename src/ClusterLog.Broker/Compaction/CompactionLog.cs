using ClusterLog.Broker.Metadata;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Compaction;

internal static partial class CompactionLog
{
    [LoggerMessage(
        5500,
        LogLevel.Information,
        "{Partition} was compacted up to offset {Offset}: {BytesBefore} bytes of closed segments became {BytesAfter}, in {Seconds:f1} s.")]
    public static partial void PartitionCompacted(
        this ILogger logger, PartitionInfo partition, long offset, long bytesBefore, long bytesAfter, double seconds);

    [LoggerMessage(5501, LogLevel.Warning, "{Partition} is not compacted for now: {Reason} It is tried again in {Interval}.")]
    public static partial void CompactionPutOff(
        this ILogger logger, PartitionInfo partition, string reason, TimeSpan interval);

    [LoggerMessage(5502, LogLevel.Error, "Compaction has ended with a fault of its own; no partition is compacted any more.")]
    public static partial void CompactionEnded(this ILogger logger, Exception exception);

    [LoggerMessage(
        5503, LogLevel.Warning, "The index of keys is built again from the logs, which lose nothing by it: {Reason}")]
    public static partial void KeyIndexRebuilt(this ILogger logger, string reason);

    [LoggerMessage(5504, LogLevel.Error, "The index of keys has ended with a fault of its own; no key can be asked for any more.")]
    public static partial void KeyIndexEnded(this ILogger logger, Exception exception);

    [LoggerMessage(5505, LogLevel.Warning, "The index of keys was not saved; the next start builds it again.")]
    public static partial void KeyIndexNotSaved(this ILogger logger, Exception exception);
}
