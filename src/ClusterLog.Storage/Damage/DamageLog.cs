using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Damage;

internal static partial class DamageLog
{
    [LoggerMessage(
        3300, LogLevel.Error,
        "Group {Group} is damaged: {Damage}. Its replica has lost its identity (incarnation {Incarnation}); entries up to "
        + "index {LastIndex} are kept.")]
    public static partial void GroupDamaged(
        ILogger logger, GroupId group, GroupDamage damage, uint incarnation, LogIndex lastIndex);

    [LoggerMessage(
        3301, LogLevel.Error,
        "The data directory is damaged: {Damage}. All {Groups} groups have lost their identity; the directory has a new id, "
        + "{DirectoryId:x16}.")]
    public static partial void DirectoryDamaged(ILogger logger, string damage, int groups, long directoryId);

    [LoggerMessage(3302, LogLevel.Warning, "{Path} was moved to {Target}.")]
    public static partial void MovedAside(ILogger logger, string path, string target);

    [LoggerMessage(
        3303, LogLevel.Warning,
        "{Path} of {Bytes} bytes is deleted: damaged files take at most {BytesMax} bytes and are at most {FilesMax}.")]
    public static partial void Dropped(ILogger logger, string path, long bytes, long bytesMax, int filesMax);

    [LoggerMessage(3304, LogLevel.Warning, "No room to keep the good beginning of {Path}: it is let go.")]
    public static partial void NoRoomForPrefix(ILogger logger, Exception error, string path);

    [LoggerMessage(3305, LogLevel.Error, "Group {Group}: damage found: {Damage}.")]
    public static partial void Found(ILogger logger, GroupId group, GroupDamage damage);

    [LoggerMessage(
        3306, LogLevel.Warning, "Group {Group}: its log was made anew from undamaged files; it holds entries up to {LastIndex}.")]
    public static partial void Reopened(ILogger logger, GroupId group, LogIndex lastIndex);
}
