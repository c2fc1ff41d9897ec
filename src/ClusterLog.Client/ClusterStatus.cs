using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>The state of a cluster, put together from the answers of all brokers that could be reached.</summary>
/// <param name="ClusterId">The cluster's name.</param>
/// <param name="ControllerId">The broker that leads the metadata; null if none does now.</param>
/// <param name="Brokers">All brokers that anyone knows of, ordered by id.</param>
/// <param name="Groups">All Raft groups that a reachable broker has a replica of, ordered by id.</param>
public sealed record ClusterStatus(
    string ClusterId, BrokerId? ControllerId, IReadOnlyList<BrokerStatus> Brokers, IReadOnlyList<GroupStatus> Groups);
