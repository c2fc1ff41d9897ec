using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Clients;

/// <summary>Log messages of client connections: ids 5200 to 5299.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(5200, LogLevel.Debug, "Connection {Connection} ended: {Reason}")]
    public static partial void ClientGone(this ILogger logger, string connection, string reason);

    [LoggerMessage(5201, LogLevel.Information, "Connection {Connection} is closed: {Reason}")]
    public static partial void ClientClosed(this ILogger logger, string connection, string reason);

    [LoggerMessage(5202, LogLevel.Error, "Request {Api} on connection {Connection} failed")]
    public static partial void RequestFaulted(this ILogger logger, string api, string connection, Exception exception);

    [LoggerMessage(5203, LogLevel.Debug, "Connection {Connection} is {ClientName} {ClientVersion}")]
    public static partial void ClientShookHands(
        this ILogger logger, string connection, string clientName, string clientVersion);

    [LoggerMessage(5205, LogLevel.Error, "A reply on connection {Connection} could not be written")]
    public static partial void ReplyFaulted(this ILogger logger, string connection, Exception exception);

    [LoggerMessage(5204, LogLevel.Debug, "Producer {ProducerId} is {ProducerName}")]
    public static partial void ProducerStarted(this ILogger logger, long producerId, string producerName);
}
