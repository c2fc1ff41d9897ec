namespace ClusterLog.Protocol.Messages;

/// <summary>What a replica is in its Raft group. The numbers are on the wire.</summary>
internal enum ReplicaRole : byte
{
    /// <summary>Follows a leader, or waits for one.</summary>
    Follower = 0,

    /// <summary>Asks whether it could win an election.</summary>
    PreCandidate = 1,

    /// <summary>Stands for election.</summary>
    Candidate = 2,

    /// <summary>Leads the group.</summary>
    Leader = 3,

    /// <summary>Has stopped because its storage failed.</summary>
    Failed = 4,
}
