using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// One item of the lane's queue: a submission, a new start of a group's log, a point to be told of, a log that was made
/// anew, or, with none of these, a group's removal.
/// </summary>
internal readonly record struct WalWork(
    WalSubmission? Submission,
    GroupId Group,
    LogStart? Trim,
    long Bytes,
    Action<ulong>? Fence = null,
    RecoveredGroup? Remade = null,
    bool Readmits = false);
