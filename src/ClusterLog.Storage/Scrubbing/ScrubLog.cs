using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Scrubbing;

internal static partial class ScrubLog
{
    [LoggerMessage(3320, LogLevel.Error, "Group {Group}: reading everything through has found damage.")]
    public static partial void DamageFound(ILogger logger, Exception damage, GroupId group);

    [LoggerMessage(3321, LogLevel.Warning, "The index {Path} is damaged or missing; it is written anew.")]
    public static partial void IndexBuiltAgain(ILogger logger, string path);

    [LoggerMessage(
        3322, LogLevel.Warning, "Group {Group}: the checkpoint at index {Index} is damaged, and not needed: it is moved aside.")]
    public static partial void CheckpointDropped(ILogger logger, Exception damage, GroupId group, LogIndex index);

    [LoggerMessage(3323, LogLevel.Debug, "All segments and checkpoints were read through, in {Duration}.")]
    public static partial void PassEnded(ILogger logger, TimeSpan duration);
}
