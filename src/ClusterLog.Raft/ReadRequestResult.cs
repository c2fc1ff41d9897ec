namespace ClusterLog.Raft;

/// <summary>
/// What became of a request for a linearizable read. After <see cref="Accepted"/> the context comes back exactly once,
/// in <see cref="RaftOutput.Reads"/> or in <see cref="RaftOutput.FailedReads"/>; after any other result never.
/// </summary>
internal enum ReadRequestResult
{
    /// <summary>The read waits for its round of heartbeats, or for the leader that it was forwarded to.</summary>
    Accepted,

    /// <summary>This replica does not lead the group, and knows nobody who does.</summary>
    NotLeader,

    /// <summary>This leader has not yet committed an entry of its own term (thesis 6.4); try again soon.</summary>
    NotReady,

    /// <summary><see cref="RaftOptions.ReadsWaitingMax"/> reads are waiting already; try again later.</summary>
    Busy,
}
