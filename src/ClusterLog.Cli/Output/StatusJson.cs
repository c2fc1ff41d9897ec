using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>The cluster, as `cluster status` writes it.</summary>
internal sealed record StatusJson(
    string ClusterId,
    int? ControllerId,
    bool IsHealthy,
    IReadOnlyList<string> Problems,
    IReadOnlyList<BrokerJson> Brokers,
    IReadOnlyList<GroupJson> Groups)
{
    /// <summary>Takes over what the client told, with the verdict.</summary>
    public static StatusJson From(ClusterStatus status, ClusterHealth health) => new(
        status.ClusterId,
        status.ControllerId?.Value,
        health.IsHealthy,
        health.Problems,
        [.. status.Brokers.Select(BrokerJson.From)],
        [.. status.Groups.Select(group => GroupJson.From(group, health.Conditions[group.GroupId]))]);
}

/// <summary>A broker.</summary>
internal sealed record BrokerJson(
    int Id,
    string Address,
    string PeerAddress,
    string HttpAddress,
    bool IsReachable,
    string? Version,
    double? UptimeSeconds,
    string? Error)
{
    /// <summary>Takes over what the client told.</summary>
    public static BrokerJson From(BrokerStatus broker) => new(
        broker.Id.Value,
        broker.Address,
        broker.PeerAddress,
        broker.HttpAddress,
        broker.IsReachable,
        broker.Version,
        broker.Uptime?.TotalSeconds,
        broker.Error);
}

/// <summary>
/// A Raft group; the topic is null for the cluster's metadata. The state is one of <see cref="GroupCondition"/>.
/// </summary>
internal sealed record GroupJson(
    long GroupId,
    string? Topic,
    int Partition,
    int? Leader,
    long Term,
    string State,
    IReadOnlyList<ReplicaJson> Replicas)
{
    /// <summary>Takes over what the client told.</summary>
    public static GroupJson From(GroupStatus group, GroupCondition condition) => new(
        group.GroupId,
        group.Topic,
        group.Partition,
        group.Leader?.Value,
        group.Term,
        condition.ToString().ToLowerInvariant(),
        [.. group.Replicas.Select(ReplicaJson.From)]);
}

/// <summary>
/// A replica; the last offset is null while it has no record, and the lag while the leader does not answer.
/// </summary>
internal sealed record ReplicaJson(
    int BrokerId,
    string Role,
    long CommitIndex,
    long AppliedIndex,
    long LastIndex,
    long? LastOffset,
    long NextOffset,
    long? Lag,
    string Checksum,
    long SizeBytes)
{
    /// <summary>Takes over what the client told.</summary>
    public static ReplicaJson From(ReplicaStatus replica) => new(
        replica.BrokerId.Value,
        replica.Role.ToString().ToLowerInvariant(),
        replica.Commit,
        replica.Applied,
        replica.LastIndex,
        replica.NextOffset.Value == 0 ? null : replica.NextOffset.Value - 1,
        replica.NextOffset.Value,
        replica.Lag,
        StatusText.Checksum(replica.Checksum),
        replica.SizeBytes);
}
