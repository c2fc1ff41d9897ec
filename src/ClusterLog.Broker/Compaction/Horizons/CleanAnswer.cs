using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>How far one replica's log is clean.</summary>
/// <param name="Replica">Which one says so: of another incarnation it says nothing.</param>
internal readonly record struct CleanAnswer(GroupId Group, ReplicaId Replica, long CleanTo);
