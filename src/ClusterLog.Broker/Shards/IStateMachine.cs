using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// What a group's committed entries mean. Deterministic: the same entries give the same state on every replica.
/// Every call comes from the group's shard.
/// </summary>
internal interface IStateMachine
{
    /// <summary>Takes one committed entry, in log order, each exactly once per life of the process.</summary>
    void Apply(LogEntry entry);

    /// <summary>A run of <see cref="Apply"/> calls has ended: the time to wake those who wait for new entries.</summary>
    void OnApplied();

    /// <summary>The group's leader, as this replica knows it, has changed; none while there is an election.</summary>
    /// <param name="leads">Whether this replica leads.</param>
    void OnLeaderChanged(ReplicaId leader, bool leads);

    /// <summary>The replica has stopped for good in this process; waiting work is to be let go.</summary>
    void OnStopped();
}
