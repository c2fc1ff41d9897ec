namespace ClusterLog.Broker.Partitions;

/// <summary>
/// Below which offset the marks of deleted keys (tombstones) may go. Part of the partition's replicated state; immutable.
/// Invariant: 0 &lt;= Effective &lt;= Pending, and every replica that is or comes to be in the group holds no record below
/// Pending of a key that has a tombstone there (docs/adr/0009-tombstones-go-behind-a-horizon.md).
/// </summary>
/// <param name="Effective">Tombstones below it may go.</param>
/// <param name="Pending">Those below it may go once all readers have had the grace period to see them.</param>
/// <param name="PendingAt">Since when, in Unix milliseconds of the leader's clock, that period runs.</param>
internal readonly record struct TombstoneHorizon(long Effective, long Pending, long PendingAt)
{
    /// <summary>What a command makes of it.</summary>
    public TombstoneHorizon After(CleanedCommand cleaned) => cleaned.Offset > Pending
        ? new TombstoneHorizon(Pending, cleaned.Offset, cleaned.UnixMilliseconds)
        : this;

    /// <summary>Whether the grace period of what is pending is over. Only then may the leader propose more.</summary>
    public bool IsMature(long unixNow, long graceMilliseconds) => Pending == 0 || unixNow - PendingAt >= graceMilliseconds;

    /// <summary>The offset below which tombstones may go by now. A clock that is wrong costs readers their grace, no more.</summary>
    public long At(long unixNow, long graceMilliseconds) => IsMature(unixNow, graceMilliseconds) ? Pending : Effective;
}
