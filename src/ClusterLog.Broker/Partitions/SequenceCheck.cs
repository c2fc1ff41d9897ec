using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <summary>What the sequences of a batch say about it.</summary>
/// <param name="Code">None: append it, or, if <paramref name="IsDuplicate"/>, answer as its first copy was answered.</param>
/// <param name="BaseOffset">Of a duplicate: where the first copy stands; -1 when that is too long ago to say.</param>
/// <param name="Pending">Of a duplicate whose first copy is not yet committed: that copy, to wait with.</param>
internal readonly record struct SequenceCheck(
    ErrorCode Code, bool IsDuplicate, long BaseOffset, ProduceWork? Pending, string Message)
{
    public static readonly SequenceCheck Append = new(ErrorCode.None, false, -1, null, "");

    public static SequenceCheck Duplicate(long baseOffset, ProduceWork? pending = null) =>
        new(ErrorCode.None, true, baseOffset, pending, "");

    public static SequenceCheck Refuse(ErrorCode code, string message) => new(code, false, -1, null, message);
}
