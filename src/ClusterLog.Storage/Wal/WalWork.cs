using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <summary>One item of the lane's queue: a submission, or, without one, the removal of a group.</summary>
internal readonly record struct WalWork(WalSubmission? Submission, GroupId Removed, long Bytes);
