using ClusterLog.Broker.Balancing;
using ClusterLog.Broker.Shards;

namespace ClusterLog.Broker.Hosting;

/// <summary>Gives away every group that this broker leads and another could, before it stops.</summary>
internal static class Handover
{
    /// <summary>
    /// The most groups of one shard on their way to others: each is an election, and thousands at once would time out.
    /// </summary>
    private const int UnderWayMax = AwakeReplicas.AdmittedPerTickMax;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Asks again until nothing is left to give, none could be given for so long, or the time is up; answers how many
    /// groups are left. Nobody takes them where the other brokers are stopping too.
    /// </summary>
    /// <param name="plan">Who is to lead what from now on, as far as they keep up.</param>
    public static async Task<int> RunAsync(
        ShardSet shards, LeaderPlan plan, TimeSpan patience, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var progressed = started;
        var least = int.MaxValue;
        while (true)
        {
            // Who keeps up takes over at once. Should nobody for a good while, a leader that is behind is better than none.
            var anyone = time.GetElapsedTime(progressed) >= patience / 3;
            shards.PostToAll(new HandoverWork(plan, anyone));
            var left = (await shards.AskAllAsync(CountLeft)).Sum();
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

    private static int CountLeft(Shard shard) => shard.Replicas.Count(static replica => replica.CanBeHandedOver);

    private sealed class HandoverWork(LeaderPlan plan, bool anyone) : IShardWork
    {
        public void Run(Shard shard)
        {
            shard.IsHandingOver = true;
            var room = UnderWayMax - shard.Replicas.Count(static replica => replica.IsBeingHandedOver);
            var next = shard.Replicas.Where(static replica => replica.CanBeHandedOver && !replica.IsBeingHandedOver);
            foreach (var replica in next.Take(Math.Max(0, room)))
            {
                var wanted = plan.LeaderOf(replica.Group).Leader;
                Shard.Guard(replica, (wanted, anyone), static (leader, to) => leader.HandOver(to.anyone, to.wanted));
            }
        }
    }
}
