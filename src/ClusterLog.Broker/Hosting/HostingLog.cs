using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>Log messages of the broker as a whole: ids 5100 to 5199.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(5100, LogLevel.Information, "Broker {Broker} of cluster {Cluster} started: clients {Client}, peers {Peer}, HTTP {Http}, data in {Directory}")]
    public static partial void BrokerStarted(
        this ILogger logger, int broker, string cluster, string client, string peer, string http, string directory);

    [LoggerMessage(5101, LogLevel.Information, "Broker {Broker} is stopping: handing over {Groups} groups")]
    public static partial void BrokerStopping(this ILogger logger, int broker, int groups);

    [LoggerMessage(5102, LogLevel.Information, "Broker {Broker} has stopped")]
    public static partial void BrokerStopped(this ILogger logger, int broker);

    [LoggerMessage(5103, LogLevel.Critical, "Broker {Broker} cannot go on")]
    public static partial void BrokerFailed(this ILogger logger, int broker, Exception exception);

    [LoggerMessage(5104, LogLevel.Debug, "Starting the replica of {Topic}/{Partition}, group {Group}")]
    public static partial void ReplicaStarted(this ILogger logger, string topic, int partition, GroupId group);

    [LoggerMessage(5105, LogLevel.Information, "Removing the replica of group {Group}: its topic is deleted")]
    public static partial void ReplicaRemoved(this ILogger logger, GroupId group);

    [LoggerMessage(5107, LogLevel.Information, "Stopping replica {Replica} of group {Group}: another of this broker takes its place")]
    public static partial void ReplicaMovedAway(this ILogger logger, ReplicaId replica, GroupId group);

    [LoggerMessage(5106, LogLevel.Warning, "Registering broker {Broker} with the cluster failed; trying again")]
    public static partial void RegistrationFailed(this ILogger logger, int broker, Exception exception);

    [LoggerMessage(5109, LogLevel.Debug, "Replica {Replica} of group {Group} has left: what the disk holds is a later one's")]
    public static partial void ReplicaSucceeded(this ILogger logger, ReplicaId replica, GroupId group);
}
