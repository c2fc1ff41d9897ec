using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Segments;

internal static partial class SegmentLog
{
    [LoggerMessage(3100, LogLevel.Warning, "Group {Group}: no room for a segment write; tried again each second.")]
    public static partial void DiskFull(ILogger logger, Exception error, GroupId group);

    [LoggerMessage(3101, LogLevel.Warning, "The index of segment {Path} was not saved; the next start scans it.")]
    public static partial void IndexNotSaved(ILogger logger, Exception error, string path);

    [LoggerMessage(
        3500,
        LogLevel.Information,
        "Group {Group}: {Count} segments with {BytesBefore} bytes were compacted to {Path} with {BytesAfter} bytes.")]
    public static partial void SegmentsReplaced(
        ILogger logger, GroupId group, int count, long bytesBefore, string path, long bytesAfter);

    [LoggerMessage(3102, LogLevel.Information, "Group {Group}: its segments are deleted.")]
    public static partial void GroupDeleted(ILogger logger, GroupId group);
}
