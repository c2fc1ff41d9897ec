using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Wal;

internal static partial class WalLog
{
    [LoggerMessage(3000, LogLevel.Warning, "No room for the next WAL file; tried again each second.")]
    public static partial void NoRoomForFile(ILogger logger, Exception error);

    [LoggerMessage(3001, LogLevel.Critical, "The WAL failed: nothing is written until this broker is started again.")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(3002, LogLevel.Warning, "Storage is full ({Reason}): writes wait until there is room.")]
    public static partial void Full(ILogger logger, string reason);

    [LoggerMessage(3003, LogLevel.Information, "Storage has room again: writes go on.")]
    public static partial void RoomAgain(ILogger logger);

    [LoggerMessage(
        3004, LogLevel.Warning, "WAL file {Path}: the torn write at byte {Offset} was never acknowledged and is dropped.")]
    public static partial void TornTail(ILogger logger, string path, long offset);

    [LoggerMessage(3005, LogLevel.Information, "WAL file {Path}: {Blocks} commits read, up to sequence {Sequence}.")]
    public static partial void FileRead(ILogger logger, string path, int blocks, ulong sequence);

    [LoggerMessage(3400, LogLevel.Warning, "The WAL's last writes could not be synced when storage was closed.")]
    public static partial void NotClosedCleanly(ILogger logger, Exception error);

    [LoggerMessage(
        3401,
        LogLevel.Warning,
        "Group {Group}: entries that were acknowledged before their sync may have been lost with the power; term {Term}.")]
    public static partial void MayHaveLost(ILogger logger, Raft.GroupId group, Raft.Term term);
}
