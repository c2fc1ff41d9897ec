using ClusterLog.Protocol;

namespace ClusterLog.Broker.Metadata;

/// <summary>What became of one try to change the metadata.</summary>
/// <param name="Result">The command's result when it was applied; else null, and the try may be repeated.</param>
/// <param name="Code">Why there is no result.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="OutcomeUnknown">The command may have been proposed: it may be applied, or be applied later.</param>
internal readonly record struct MetadataAttempt(
    MetadataResult? Result, ErrorCode Code, string Reason, bool OutcomeUnknown)
{
    public static MetadataAttempt Done(MetadataResult result) => new(result, ErrorCode.None, string.Empty, false);

    public static MetadataAttempt Failed(ErrorCode code, string reason, bool outcomeUnknown) =>
        new(null, code, reason, outcomeUnknown);
}
