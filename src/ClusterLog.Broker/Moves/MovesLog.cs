using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Moves;

/// <summary>Log messages about partitions that move: ids 5850 to 5899.</summary>
internal static partial class MovesLog
{
    [LoggerMessage(5850, LogLevel.Information, "Group {Group} is done with the assignment of metadata entry {AssignedAt}: whoever is not in it is out for good")]
    public static partial void AssignmentReported(this ILogger logger, GroupId group, LogIndex assignedAt);

    [LoggerMessage(5851, LogLevel.Warning, "Reporting that group {Group} is done with the assignment of metadata entry {AssignedAt} failed, and is tried again: {Reason}")]
    public static partial void ReportRetried(this ILogger logger, GroupId group, LogIndex assignedAt, string reason);

    [LoggerMessage(5852, LogLevel.Information, "{Partition}, group {Group}, moves from {Before} to brokers {Brokers}: {Reason}")]
    public static partial void MoveBegun(
        this ILogger logger, PartitionInfo partition, GroupId group, string before, string brokers, string reason);

    [LoggerMessage(5853, LogLevel.Warning, "A move was not begun, and is decided on again: {Command}: {Reason}")]
    public static partial void MoveNotBegun(this ILogger logger, string command, string reason);

    [LoggerMessage(5854, LogLevel.Information, "The brokers are level: the rebalancing that was asked for is done")]
    public static partial void Rebalanced(this ILogger logger);

    [LoggerMessage(5855, LogLevel.Error, "No more moves are begun by this broker until it is started again")]
    public static partial void SchedulerFailed(this ILogger logger, Exception exception);
}
