using ClusterLog.Broker.Shards;

namespace ClusterLog.Broker.Hosting;

/// <summary>Gives away every group that this broker leads and another could, before it stops.</summary>
internal static class Handover
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again until nothing is left to give, or the time is up; answers how many groups are left.</summary>
    public static async Task<int> RunAsync(
        ShardSet shards, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            shards.PostToAll(new HandoverWork());
            var left = (await shards.AskAllAsync(ReplicaSummary.Of)).Sum(shard => shard.Transferable);
            if (left == 0 || time.GetElapsedTime(started) >= timeout)
            {
                return left;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private sealed class HandoverWork : IShardWork
    {
        public void Run(Shard shard)
        {
            foreach (var replica in shard.Replicas)
            {
                Shard.Guard(replica, shard, static (leader, owner) => leader.HandOver(owner.Services.Peers.IsConnected));
            }
        }
    }
}
