using Microsoft.Extensions.Logging;

namespace ClusterLog.Client.Connections;

/// <summary>What connections log. Events 1000 to 1099.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(1000, LogLevel.Debug, "Connected to broker {BrokerId} at {Address}, version {Version}.")]
    public static partial void Connected(ILogger logger, BrokerAddress address, int brokerId, string version);

    [LoggerMessage(1001, LogLevel.Debug, "The connection to {Address} has ended: {Reason}")]
    public static partial void Closed(ILogger logger, BrokerAddress address, string reason);
}
