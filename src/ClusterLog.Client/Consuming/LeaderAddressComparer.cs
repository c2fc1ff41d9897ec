using ClusterLog.Client.Metadata;

namespace ClusterLog.Client.Consuming;

/// <summary>Takes leaders of several partitions as one if they are the same broker.</summary>
internal sealed class LeaderAddressComparer : IEqualityComparer<PartitionLeader>
{
    public static LeaderAddressComparer Instance { get; } = new();

    public bool Equals(PartitionLeader? x, PartitionLeader? y) => x?.BrokerId == y?.BrokerId && x?.Address == y?.Address;

    public int GetHashCode(PartitionLeader obj) => HashCode.Combine(obj.BrokerId, obj.Address);
}
