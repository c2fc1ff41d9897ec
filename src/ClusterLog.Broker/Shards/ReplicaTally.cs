using ClusterLog.Broker.Hosting;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// The replicas of a shard, counted by how they are. Kept up to date replica by replica, where one has changed: to look
/// at thousands of quiet ones again and again would cost more than they do. Owned by the shard.
/// </summary>
internal sealed class ReplicaTally
{
    /// <summary>All that was counted, <see cref="ReplicaSummary.Awake"/> excepted.</summary>
    public ReplicaSummary Summary { get; private set; }

    /// <summary>Counts a replica as it is now, and no longer as it was.</summary>
    public void Count(Replica replica)
    {
        var counted = ReplicaSummary.Of(replica);
        if (counted != replica.Counted)
        {
            Summary = Summary - replica.Counted + counted;
            replica.Counted = counted;
        }
    }

    /// <summary>Counts a replica no more.</summary>
    public void Forget(Replica replica)
    {
        Summary -= replica.Counted;
        replica.Counted = default;
    }
}
