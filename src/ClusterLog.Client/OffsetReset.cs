using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>A consumer went on elsewhere, since the partition does not hold the offset it was at.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The offset that was to come next.</param>
/// <param name="To">The offset that comes next now.</param>
public readonly record struct OffsetReset(TopicPartition Partition, Offset From, Offset To)
{
    /// <summary>
    /// Records that the consumer never gets: those that were deleted before it came to them, and with
    /// <see cref="OffsetResetPolicy.Latest"/> those that are still there too. 0 where it went back.
    /// </summary>
    public long Skipped => Math.Max(0, To.Value - From.Value);
}
