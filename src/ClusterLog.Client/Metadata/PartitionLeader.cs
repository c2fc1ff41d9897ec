using ClusterLog.Client.Connections;

namespace ClusterLog.Client.Metadata;

/// <summary>A partition's leader, in one term, at one address.</summary>
internal sealed record PartitionLeader(int BrokerId, ulong Term, BrokerAddress Address);
