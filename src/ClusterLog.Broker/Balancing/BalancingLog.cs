using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Balancing;

/// <summary>Log messages about who is to lead what: ids 5900 to 5949.</summary>
internal static partial class BalancingLog
{
    [LoggerMessage(5900, LogLevel.Information, "Partitions that each broker is to lead: {Counts}")]
    public static partial void LeadersPlanned(this ILogger logger, string counts);

    [LoggerMessage(5901, LogLevel.Error, "Leaders are not balanced by this broker any more until it is started again")]
    public static partial void BalancingEnded(this ILogger logger, Exception exception);
}
