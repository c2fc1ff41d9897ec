using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>A partition, its replicas and what it holds.</summary>
/// <param name="Partition">Its number, from 0.</param>
/// <param name="Leader">The broker that leads it; null if it has no leader now.</param>
/// <param name="LeaderTerm">The Raft term of that leader.</param>
/// <param name="Replicas">The brokers that hold it.</param>
/// <param name="EarliestOffset">The offset of its first record; null if no one who knows could be asked.</param>
/// <param name="LatestOffset">The offset after its last committed record; null likewise.</param>
public sealed record PartitionDescription(
    int Partition,
    BrokerId? Leader,
    long LeaderTerm,
    IReadOnlyList<BrokerId> Replicas,
    Offset? EarliestOffset,
    Offset? LatestOffset);
