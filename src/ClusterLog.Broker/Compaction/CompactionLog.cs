using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Compaction;

internal static partial class CompactionLog
{
    [LoggerMessage(
        5500,
        LogLevel.Information,
        "{Partition} was compacted up to offset {Offset}: {BytesBefore} bytes of closed segments became {BytesAfter}: "
        + "{Superseded} records and {Tombstones} marks of deleted keys went, in {Seconds:f1} s.")]
    public static partial void PartitionCompacted(
        this ILogger logger,
        PartitionInfo partition,
        long offset,
        long bytesBefore,
        long bytesAfter,
        long superseded,
        long tombstones,
        double seconds);

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

    [LoggerMessage(
        5600, LogLevel.Error, "The horizon of deleted keys has ended with a fault of its own; their marks stay from now on.")]
    public static partial void HorizonEnded(this ILogger logger, Exception exception);

    [LoggerMessage(5601, LogLevel.Debug, "{Partition}: all members are clean to offset {Offset}, which is proposed")]
    public static partial void HorizonProposed(this ILogger logger, PartitionInfo partition, long? offset);

    [LoggerMessage(
        5602,
        LogLevel.Information,
        "Replica {Replica} of {Partition} begins with an empty log: what another has left here may hold deleted keys")]
    public static partial void HeadStartAbandoned(this ILogger logger, ReplicaId replica, PartitionInfo partition);

    [LoggerMessage(5505, LogLevel.Warning, "The index of keys was not saved; the next start builds it again.")]
    public static partial void KeyIndexNotSaved(this ILogger logger, Exception exception);
}
