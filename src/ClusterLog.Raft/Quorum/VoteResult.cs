namespace ClusterLog.Raft.Quorum;

/// <summary>Where a vote stands.</summary>
internal enum VoteResult
{
    /// <summary>The votes still missing decide.</summary>
    Pending,

    /// <summary>A quorum says yes.</summary>
    Won,

    /// <summary>A quorum can no longer say yes.</summary>
    Lost,
}
