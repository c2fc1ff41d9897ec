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
}
