using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <summary>What the WAL held at start.</summary>
/// <param name="Files">The files that still count, oldest first, closed.</param>
/// <param name="Groups">Every group that is not removed.</param>
/// <param name="Removed">Groups whose removal is on record.</param>
/// <param name="Spares">The paths of files that can be used again.</param>
/// <param name="NextEpoch">Above every epoch that a file on this disk ever had.</param>
/// <param name="NextSequence">One above the last good block's.</param>
internal sealed record WalRecoveryResult(
    IReadOnlyList<WalFile> Files,
    IReadOnlyDictionary<GroupId, RecoveredGroup> Groups,
    IReadOnlyCollection<GroupId> Removed,
    IReadOnlyList<string> Spares,
    ulong NextEpoch,
    ulong NextSequence);
