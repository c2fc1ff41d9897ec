using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>Where one partition lives.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition's number within its topic; from 0.</param>
/// <param name="Group">Its Raft group; never used again for another.</param>
/// <param name="Replicas">The brokers that hold it, without duplicates; the first is the preferred leader.</param>
internal sealed record PartitionInfo(
    string Topic, int Partition, GroupId Group, ImmutableArray<ReplicaId> Replicas)
{
    public override string ToString() => $"{Topic}/{Partition}";
}
