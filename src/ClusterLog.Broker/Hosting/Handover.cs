using ClusterLog.Broker.Shards;

namespace ClusterLog.Broker.Hosting;

/// <summary>Gives away every group that this broker leads and another could, before it stops.</summary>
internal static class Handover
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Asks again until nothing is left to give, none could be given for so long, or the time is up; answers how many
    /// groups are left. Nobody takes them where the other brokers are stopping too.
    /// </summary>
    public static async Task<int> RunAsync(
        ShardSet shards, TimeSpan patience, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var progressed = started;
        var least = int.MaxValue;
        while (true)
        {
            shards.PostToAll(new HandoverWork());
            var left = (await shards.AskAllAsync(ReplicaSummary.Of)).Sum(shard => shard.Transferable);
            if (left < least)
            {
                (least, progressed) = (left, time.GetTimestamp());
            }

            if (left == 0 || time.GetElapsedTime(progressed) >= patience || time.GetElapsedTime(started) >= timeout)
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
            shard.IsHandingOver = true;
            foreach (var replica in shard.Replicas)
            {
                Shard.Guard(replica, shard, static (leader, owner) => leader.HandOver(owner.Services.Peers.IsConnected));
            }
        }
    }
}
