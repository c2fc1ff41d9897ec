using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Checkpoints;

internal static partial class CheckpointLog
{
    [LoggerMessage(
        3200, LogLevel.Warning, "Group {Group}: the checkpoint at index {Index} is damaged; an older one is used.")]
    public static partial void PassedOver(ILogger logger, Exception error, GroupId group, LogIndex index);

    [LoggerMessage(3201, LogLevel.Information, "Group {Group}: the log begins behind index {Index} now.")]
    public static partial void StartMoved(ILogger logger, GroupId group, LogIndex index);

    [LoggerMessage(
        3202, LogLevel.Warning, "Group {Group}: no room for the snapshot at index {Index}; tried again each second.")]
    public static partial void NoRoomForSnapshot(ILogger logger, Exception error, GroupId group, LogIndex index);
}
