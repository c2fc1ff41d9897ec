namespace ClusterLog.Raft;

/// <summary>What became of a proposal. Everything but <see cref="Accepted"/> left no trace in the log.</summary>
internal enum ProposeResult
{
    /// <summary>Appended to the leader's log. Whether it commits is decided by its index and term (raft-notes rule 12).</summary>
    Accepted,

    /// <summary>This replica does not lead the group.</summary>
    NotLeader,

    /// <summary>More than <see cref="RaftOptions.UncommittedBytesMax"/> would wait for a commit; try again later.</summary>
    Busy,

    /// <summary>Leadership is being handed over; ask the new leader.</summary>
    Transferring,
}
