using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Peers;

/// <summary>Log messages of the peers area; ids 4000 to 4499.</summary>
internal static partial class PeerLog
{
    [LoggerMessage(4000, LogLevel.Information, "Connected to broker {Peer} at {EndPoint}")]
    public static partial void Connected(ILogger logger, ReplicaId peer, string endPoint);

    [LoggerMessage(4001, LogLevel.Warning, "Connection to broker {Peer} ended: {Reason}")]
    public static partial void Disconnected(ILogger logger, ReplicaId peer, string reason);

    [LoggerMessage(4002, LogLevel.Warning, "Broker {Peer} cannot be reached at {Address}: {Reason}. It is tried again, "
        + "and this is not repeated until the reason changes")]
    public static partial void NotReached(ILogger logger, ReplicaId peer, PeerAddress address, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "Connection from {EndPoint} refused: {Reason}. This is not repeated for the "
        + "same reason")]
    public static partial void Refused(ILogger logger, string endPoint, string reason);

    [LoggerMessage(4004, LogLevel.Debug, "Connection from {EndPoint} refused: {Reason}")]
    public static partial void RefusedAgain(ILogger logger, string endPoint, string reason);

    [LoggerMessage(4005, LogLevel.Error, "A handler of the messages of broker {Peer} failed; the connection is closed")]
    public static partial void HandlerFailed(ILogger logger, ReplicaId peer, Exception exception);

    [LoggerMessage(4006, LogLevel.Error, "{Message} of group {Group} to broker {Peer} is dropped: it takes up to {Size} "
        + "bytes, a frame {Max}")]
    public static partial void FrameTooLarge(
        ILogger logger, string message, GroupId group, ReplicaId peer, long size, int max);

    [LoggerMessage(4007, LogLevel.Error, "The loop to broker {Peer} failed and begins anew")]
    public static partial void DialLoopFailed(ILogger logger, ReplicaId peer, Exception exception);
}
