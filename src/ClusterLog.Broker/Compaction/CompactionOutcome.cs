namespace ClusterLog.Broker.Compaction;

/// <summary>What one run of compaction has come to.</summary>
/// <param name="To">Where the next run goes on; where this one began, when the log was cut meanwhile.</param>
/// <param name="CleanTo">Below this offset, no two records in segments have the same key, from then on.</param>
/// <param name="Superseded">How many records went since a later one has their key.</param>
/// <param name="Tombstones">How many marks of deleted keys went since all readers have had time to see them.</param>
/// <param name="Remaining">Where marks of deleted keys are left.</param>
internal sealed record CompactionOutcome(
    long To, long CleanTo, long Superseded, long Tombstones, TombstoneMap Remaining);
