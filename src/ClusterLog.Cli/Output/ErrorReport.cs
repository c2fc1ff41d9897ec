using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Output;

/// <summary>What went wrong, and what the user can do about it.</summary>
/// <param name="Code">A name to search for: that of an error code, or of a kind of failure of the command itself; null
/// where the message says it all.</param>
/// <param name="Message">Whole sentences.</param>
/// <param name="Hint">What to try; null when nothing general can be said.</param>
internal sealed record ErrorReport(string? Code, string Message, string? Hint)
{
    /// <summary>A report with the hint of the exception's code.</summary>
    public static ErrorReport Of(ClusterLogException exception, string? message = null) =>
        new(exception.Code.ToString(), message ?? exception.Message, HintFor(exception));

    private static string? HintFor(ClusterLogException exception) => exception.Code switch
    {
        ErrorCode.UnknownTopic => "See `clusterlog topic list`, or create it: `clusterlog topic create NAME`.",
        ErrorCode.UnknownPartition => "See `clusterlog topic describe NAME`.",
        ErrorCode.TopicAlreadyExists => "See `clusterlog topic describe NAME`.",
        ErrorCode.InvalidReplicaCount => "There cannot be more replicas than brokers: `clusterlog cluster status`.",
        ErrorCode.OffsetOutOfRange => "See `clusterlog topic describe NAME` for the first and the next offset.",
        ErrorCode.RecordTooLarge => "Raise the brokers' limit on records, or send less in one.",
        ErrorCode.FrameTooLarge => "Lower --batch-bytes.",
        ErrorCode.StorageFull => "Make room on the broker's disk; it goes on by itself.",
        ErrorCode.NotLeader or ErrorCode.StorageFailed => "See `clusterlog cluster status`.",
        // Also what the client says when it reaches no broker at all.
        ErrorCode.RequestTimedOut or ErrorCode.LeaderNotAvailable or ErrorCode.MetadataNotAvailable =>
            "Is a broker running there? Name the brokers with --bootstrap or CLUSTERLOG_BOOTSTRAP; "
            + "allow more time with --timeout.",
        ErrorCode.UnsupportedVersion or ErrorCode.UnknownApi =>
            "This program and the broker are of different versions.",
        _ when exception.IsTransient => "This may pass: try again.",
        _ => null,
    };
}
