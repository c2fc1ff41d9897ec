using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Telemetry;

/// <summary>How far followers are behind this broker's leaders, as the leaders know.</summary>
/// <param name="UnderReplicated">Groups led here of which a voter is not connected, or is not being fed entry after entry.</param>
/// <param name="EntriesByBroker">The most entries that a follower on each broker lacks of one group.</param>
internal sealed record ReplicationLag(int UnderReplicated, IReadOnlyDictionary<int, long> EntriesByBroker)
{
    public static ReplicationLag None { get; } = new(0, new Dictionary<int, long>());

    /// <summary>Looks at what one shard leads.</summary>
    public static ReplicationLag Of(Shard shard)
    {
        var (under, entries) = (0, new Dictionary<int, long>());
        foreach (var leader in shard.Replicas.Where(static replica => replica.Leads))
        {
            var isUnder = false;
            foreach (var follower in leader.Followers)
            {
                var progress = leader.Progress(follower);
                var lag = (long)(leader.Log.LastIndex.Value - progress.Match.Value);
                entries[follower.Value] = Math.Max(entries.GetValueOrDefault(follower.Value), lag);
                isUnder |= leader.Configuration.IsVoter(follower)
                    && (progress.State != FollowerState.Replicate || !shard.Services.Peers.IsConnected(follower));
            }

            under += isUnder ? 1 : 0;
        }

        return new ReplicationLag(under, entries);
    }

    public static ReplicationLag operator +(ReplicationLag left, ReplicationLag right)
    {
        var entries = new Dictionary<int, long>(left.EntriesByBroker);
        foreach (var (broker, lag) in right.EntriesByBroker)
        {
            entries[broker] = Math.Max(entries.GetValueOrDefault(broker), lag);
        }

        return new ReplicationLag(left.UnderReplicated + right.UnderReplicated, entries);
    }
}
