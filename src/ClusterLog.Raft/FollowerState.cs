namespace ClusterLog.Raft;

/// <summary>How a leader feeds one follower.</summary>
internal enum FollowerState
{
    /// <summary>The leader does not know where the logs agree, and sends one append at a time to find out.</summary>
    Probe,

    /// <summary>The logs agree; appends are pipelined up to the window.</summary>
    Replicate,

    /// <summary>The next entries are being read from disk.</summary>
    Loading,

    /// <summary>The next entries are no longer in the leader's log; only a snapshot can help.</summary>
    NeedsSnapshot,

    /// <summary>A snapshot was sent; nothing more is until the member holds it, or it seems lost.</summary>
    Snapshot,
}
