using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>Committed entries of a group that are to go to its segments; or, without entries, the group's removal.</summary>
/// <param name="Bytes">The size of the entries, as it was added to <see cref="StorageCounters.SegmentQueueBytes"/>.</param>
internal readonly record struct SegmentWrite(GroupProgress Progress, IReadOnlyList<LogEntry>? Entries, long Bytes);
