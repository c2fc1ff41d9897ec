using ClusterLog.Protocol;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Client.Producing;

/// <summary>What producers log. Events 1100 to 1199.</summary>
internal static partial class ProducingLog
{
    [LoggerMessage(1100, LogLevel.Debug, "Sending to {Partition} pauses for {Pause}: {Reason}")]
    public static partial void Paused(ILogger logger, TopicPartition partition, TimeSpan pause, string reason);

    [LoggerMessage(1101, LogLevel.Warning, "A delivery handler for a record of {Partition} threw.")]
    public static partial void HandlerFailed(ILogger logger, Exception error, TopicPartition partition);

    [LoggerMessage(1102, LogLevel.Critical, "The producer's loop has failed; all its records fail.")]
    public static partial void LoopFailed(ILogger logger, Exception error);
}
