using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <summary>One item of the lane's queue: a submission, or a new start of a group's log, or, with neither, its removal.</summary>
internal readonly record struct WalWork(WalSubmission? Submission, GroupId Group, LogStart? Trim, long Bytes);
