namespace ClusterLog.Raft.Quorum;

/// <summary>Tells how far each voter is known to hold the leader's log on disk.</summary>
internal interface IAckedIndexes
{
    /// <summary>Returns false where nothing is known of the voter.</summary>
    bool TryGetAcked(ReplicaId voter, out LogIndex index);
}
