using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Metadata;

/// <summary>Log messages of the metadata area; ids 4500 to 4799.</summary>
internal static partial class MetadataLog
{
    [LoggerMessage(4500, LogLevel.Error, "Metadata entry {Index} is not a command that this version knows: {Error}")]
    public static partial void CommandNotRead(ILogger logger, LogIndex index, string? error);

    [LoggerMessage(4501, LogLevel.Information, "Broker {BrokerId} is registered at metadata entry {Index}")]
    public static partial void Registered(ILogger logger, int brokerId, LogIndex index);

    [LoggerMessage(4502, LogLevel.Warning, "Broker {BrokerId} is not registered yet and tries again: {Reason}")]
    public static partial void RegistrationRetried(ILogger logger, int brokerId, string reason);

    [LoggerMessage(4503, LogLevel.Debug, "Change of metadata is tried again: {Reason}")]
    public static partial void ChangeRetried(ILogger logger, string reason);

    [LoggerMessage(4504, LogLevel.Warning, "Request of broker {Peer} to change the metadata cannot be read: {Error}")]
    public static partial void ForwardNotRead(ILogger logger, ReplicaId peer, string? error);
}
