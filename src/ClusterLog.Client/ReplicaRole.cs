namespace ClusterLog.Client;

/// <summary>What a replica is in its Raft group now.</summary>
public enum ReplicaRole
{
    /// <summary>It takes what the leader sends.</summary>
    Follower = 0,

    /// <summary>It asks whether it could win an election.</summary>
    PreCandidate = 1,

    /// <summary>It stands for election.</summary>
    Candidate = 2,

    /// <summary>It leads.</summary>
    Leader = 3,

    /// <summary>It has stopped for a fault of its disk or its data.</summary>
    Failed = 4,
}
