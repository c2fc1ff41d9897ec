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

    /// <summary>The members may not change before this leader has committed an entry of its own term; try again soon.</summary>
    NotReady,

    /// <summary>The last change of the members is not committed yet, and there is one at a time (thesis 4.1).</summary>
    ChangeInProgress,

    /// <summary>The members cannot change like that, now or ever: see the reason given.</summary>
    InvalidChange,
}
