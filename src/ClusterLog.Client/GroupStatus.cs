using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>The state of a Raft group.</summary>
/// <param name="GroupId">Its id; 0 is the cluster's metadata.</param>
/// <param name="Topic">The topic of its partition; null for the metadata.</param>
/// <param name="Partition">The partition's number.</param>
/// <param name="Leader">The leader of the highest term that a replica knows; null if none does.</param>
/// <param name="Term">The highest term of its replicas.</param>
/// <param name="Replicas">The replicas of the brokers that answered, ordered by broker.</param>
public sealed record GroupStatus(
    long GroupId, string? Topic, int Partition, BrokerId? Leader, long Term, IReadOnlyList<ReplicaStatus> Replicas);
