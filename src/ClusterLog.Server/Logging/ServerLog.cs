using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Logging;

/// <summary>Log messages of the executable: ids 6000 to 6999.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(6000, LogLevel.Information, "ClusterLog server {Version} starts in process {Process}")]
    public static partial void Starting(this ILogger logger, string version, int process);

    [LoggerMessage(6001, LogLevel.Information, "Broker {Broker} is ready: each of its groups has a leader")]
    public static partial void BrokerReady(this ILogger logger, int broker);

    [LoggerMessage(6002, LogLevel.Information, "Stopping after {Signal}, for at most {Timeout}")]
    public static partial void Stopping(this ILogger logger, string signal, TimeSpan timeout);

    [LoggerMessage(6003, LogLevel.Warning, "The graceful stop was cut short: {Reason}")]
    public static partial void StopCutShort(this ILogger logger, string reason);

    [LoggerMessage(6004, LogLevel.Critical, "Broker {Broker} cannot go on")]
    public static partial void BrokerCannotGoOn(this ILogger logger, int broker, Exception error);

    [LoggerMessage(6005, LogLevel.Debug, "Broker {Broker} could not start")]
    public static partial void StartFailed(this ILogger logger, int broker, Exception error);

    [LoggerMessage(6006, LogLevel.Warning, "Broker {Broker} restarts, to mend what it has met: {Reason}")]
    public static partial void BrokerRestarts(this ILogger logger, int broker, string reason);
}
