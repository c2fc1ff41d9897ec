using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage;

/// <summary>Log messages about a broker's data directories together: ids 3600 to 3649.</summary>
internal static partial class SetLog
{
    [LoggerMessage(
        3600, LogLevel.Error,
        "The data directory {Directory} cannot be opened, and is left out: what it holds comes back from other brokers, on "
        + "the directories that remain.")]
    public static partial void NotOpened(ILogger logger, string directory, Exception reason);

    [LoggerMessage(
        3601, LogLevel.Warning,
        "The {Count} data directories were not these before (missing: {Missing}): they are known as {SetId:x16} from now on. "
        + "Replicas of which they hold nothing come back from other brokers.")]
    public static partial void Changed(ILogger logger, int count, string missing, long setId);

    [LoggerMessage(
        3602, LogLevel.Warning,
        "Group {Group} has come back as another, in {Home}, while {Directory} was away: what that holds of it, of incarnation "
        + "{Incarnation}, is removed.")]
    public static partial void Departed(ILogger logger, GroupId group, string home, string directory, uint incarnation);

    [LoggerMessage(
        3603, LogLevel.Critical,
        "The data directory {Directory} has failed: its replicas stop, and nothing in it is tried again before the next start.")]
    public static partial void Failed(ILogger logger, string directory, Exception reason);

    [LoggerMessage(
        3604, LogLevel.Error,
        "Group {Group} cannot come back on this broker before its next start: no data directory can take it.")]
    public static partial void NoHome(ILogger logger, GroupId group);
}
