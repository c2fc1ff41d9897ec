namespace ClusterLog.Raft.Quorum;

/// <summary>Tells how each voter has voted.</summary>
internal interface IVotes
{
    /// <summary>True for yes, false for no, null while no answer is known.</summary>
    bool? VoteOf(ReplicaId voter);
}
