namespace ClusterLog.Raft.Replication;

/// <summary>A read that waits at a leader.</summary>
/// <param name="From">The follower that forwarded it; none where it was asked of the leader itself.</param>
/// <param name="Context">What the asker calls it.</param>
/// <param name="Index">The leader's commit index when it came: what the read must see (thesis 6.4).</param>
internal readonly record struct WaitingRead(ReplicaId From, ulong Context, LogIndex Index);
