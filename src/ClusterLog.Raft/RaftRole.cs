namespace ClusterLog.Raft;

/// <summary>The roles of the paper, and the pre-candidate of the thesis (9.6).</summary>
internal enum RaftRole
{
    Follower,
    PreCandidate,
    Candidate,
    Leader,
}
