using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Compaction;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage.Segments;

/// <summary>One thing that the segment writer is to do for a group; exactly one of what follows the group.</summary>
/// <param name="Entries">Committed entries that are to go to segments.</param>
/// <param name="Bytes">The size of the entries, as it was added to <see cref="StorageCounters.SegmentQueueBytes"/>.</param>
/// <param name="Held">Keeps the entries' payloads until they are written.</param>
/// <param name="Snapshot">A checkpoint to write; segments cover it by the time that its turn comes.</param>
/// <param name="Start">The log begins here now, durably: what lies before goes.</param>
/// <param name="Installed">With <paramref name="Start"/>, where a snapshot was installed: the checkpoint that it left.</param>
/// <param name="Step">A step of repair, done again after a second where the disk is full.</param>
/// <param name="Replacement">A compacted segment that is to take the place of others.</param>
/// <param name="IsRemoval">The group is gone: so is its folder.</param>
internal readonly record struct SegmentWrite(
    GroupProgress Progress,
    IReadOnlyList<LogEntry>? Entries = null,
    long Bytes = 0,
    PayloadHold? Held = null,
    RaftSnapshot? Snapshot = null,
    LogStart? Start = null,
    Checkpoint? Installed = null,
    Action? Step = null,
    SegmentReplacement? Replacement = null,
    bool IsRemoval = false);
