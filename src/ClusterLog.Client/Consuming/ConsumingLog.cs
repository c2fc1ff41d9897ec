using ClusterLog.Protocol;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Client.Consuming;

/// <summary>What consumers log. Events 1200 to 1299.</summary>
internal static partial class ConsumingLog
{
    [LoggerMessage(1200, LogLevel.Debug, "Fetching from {Partition} pauses for {Pause}: {Reason}")]
    public static partial void Paused(ILogger logger, TopicPartition partition, TimeSpan pause, string reason);

    [LoggerMessage(1201, LogLevel.Warning, "{Partition} does not hold offset {Offset}; it is read from {Position} on; {Skipped} records are skipped.")]
    public static partial void Reset(
        ILogger logger, TopicPartition partition, long offset, long position, long skipped);
}
