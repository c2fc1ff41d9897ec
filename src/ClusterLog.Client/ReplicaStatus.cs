using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>The state of one replica of a Raft group, as its own broker tells it.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="Role">What it is in its group.</param>
/// <param name="Commit">The index up to which it knows entries to be committed.</param>
/// <param name="Applied">The index up to which it has applied them.</param>
/// <param name="LastIndex">The index of its last entry.</param>
/// <param name="NextOffset">The offset that comes after the records it has applied.</param>
/// <param name="Lag">How many entries it has fewer than the leader; null if the leader did not answer.</param>
/// <param name="Checksum">A chain of checksums over all batches that it has applied: equal replicas have the same.</param>
/// <param name="SizeBytes">The bytes of its log.</param>
public sealed record ReplicaStatus(
    BrokerId BrokerId,
    ReplicaRole Role,
    long Commit,
    long Applied,
    long LastIndex,
    Offset NextOffset,
    long? Lag,
    uint Checksum,
    long SizeBytes);
