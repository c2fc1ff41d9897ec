namespace ClusterLog.Raft;

/// <summary>The leader's view of one member at one moment; a copy for status, metrics and tests.</summary>
/// <param name="Id">The member.</param>
/// <param name="Match">The last index known to be durable there and equal to the leader's.</param>
/// <param name="Next">The next index to send. Invariant: <c>0 &lt;= Match &lt; Next</c>.</param>
/// <param name="State">How the leader feeds it.</param>
/// <param name="Paused">True while the leader waits for an answer before it sends more.</param>
/// <param name="InflightMessages">Appends sent and not yet answered.</param>
/// <param name="InflightBytes">The entries' bytes in those appends.</param>
/// <param name="InflightFull">True when the window has no room.</param>
/// <param name="RecentlyActive">The member has answered since the last check of the quorum.</param>
/// <param name="PendingSnapshot">The index of the snapshot sent and not yet answered; zero when there is none.</param>
internal readonly record struct FollowerProgress(
    ReplicaId Id,
    LogIndex Match,
    LogIndex Next,
    FollowerState State,
    bool Paused,
    int InflightMessages,
    long InflightBytes,
    bool InflightFull,
    bool RecentlyActive,
    LogIndex PendingSnapshot);
