using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Repair;

/// <summary>Log messages about replicas that lost what they had promised, and how they come back: ids 5310 to 5349.</summary>
internal static partial class RepairLog
{
    [LoggerMessage(5310, LogLevel.Warning, "Replica {Replica} of group {Group} never speaks again: {Reason}. Asking for another in its place")]
    public static partial void IdentityLost(this ILogger logger, ReplicaId replica, GroupId group, string reason);

    [LoggerMessage(5311, LogLevel.Information, "Replica {Replica} of group {Group} is replaced: the next one fills itself from its peers")]
    public static partial void IdentityReplaced(this ILogger logger, ReplicaId replica, GroupId group);

    [LoggerMessage(5312, LogLevel.Warning, "Asking for another replica in the place of {Replica} of group {Group} failed, and is tried again: {Reason}")]
    public static partial void ReplacingRetried(this ILogger logger, ReplicaId replica, GroupId group, string reason);

    [LoggerMessage(5317, LogLevel.Error, "Replica {Replica} of {Partition}, group {Group}, never speaks again, and is the only one: {Reason}. There is nobody to repair it from; bring the data back, or delete the topic")]
    public static partial void OnlyReplicaLost(
        this ILogger logger, ReplicaId replica, string partition, GroupId group, string reason);

    [LoggerMessage(5313, LogLevel.Information, "Broker {Broker} helps to found the cluster: all of its brokers are new")]
    public static partial void Founding(this ILogger logger, int broker);

    [LoggerMessage(5314, LogLevel.Warning, "Broker {Broker} holds no metadata, and its cluster exists: it asks to be taken in again")]
    public static partial void Rejoining(this ILogger logger, int broker);

    [LoggerMessage(5315, LogLevel.Information, "Broker {Broker} takes part in the metadata as replica {Replica} from now on")]
    public static partial void Rejoined(this ILogger logger, int broker, ReplicaId replica);

    [LoggerMessage(5316, LogLevel.Warning, "Broker {Broker} holds no metadata and cannot tell yet whether its cluster is new: waiting for {Missing}")]
    public static partial void WaitingForFounders(this ILogger logger, int broker, string missing);
}
