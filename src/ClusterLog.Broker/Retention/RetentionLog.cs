using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Retention;

/// <summary>Log messages of retention: ids 5400 to 5499.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(5400, LogLevel.Debug, "Retention moves the start of {Partition} from offset {From} to {To}")]
    public static partial void RetentionTrims(this ILogger logger, string partition, long from, long to);
}
