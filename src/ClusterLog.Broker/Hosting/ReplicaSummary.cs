using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Hosting;

/// <summary>How the replicas of one broker are, counted.</summary>
/// <param name="Groups">All of them, the metadata group included.</param>
/// <param name="Led">Those that this broker leads.</param>
/// <param name="WithoutLeader">Those whose leader is not known.</param>
/// <param name="CatchingUp">Those that have a leader and have not applied what it opened its term with.</param>
/// <param name="Failed">Those that have stopped.</param>
/// <param name="Transferable">Those that this broker leads and that another connected broker could lead.</param>
/// <param name="Awake">Those that cost ticks: all but the quiet ones.</param>
internal readonly record struct ReplicaSummary(
    int Groups, int Led, int WithoutLeader, int CatchingUp, int Failed, int Transferable, int Awake)
{
    public bool IsReady => Groups > 0 && WithoutLeader == 0 && CatchingUp == 0 && Failed == 0;

    /// <summary>Counts the replicas of one shard, on its thread.</summary>
    public static ReplicaSummary Of(Shard shard)
    {
        var summary = default(ReplicaSummary);
        foreach (var replica in shard.Replicas)
        {
            summary += Of(replica, shard.Services.Peers.IsConnected);
        }

        return summary;
    }

    public static ReplicaSummary operator +(ReplicaSummary left, ReplicaSummary right) => new(
        left.Groups + right.Groups,
        left.Led + right.Led,
        left.WithoutLeader + right.WithoutLeader,
        left.CatchingUp + right.CatchingUp,
        left.Failed + right.Failed,
        left.Transferable + right.Transferable,
        left.Awake + right.Awake);

    private static ReplicaSummary Of(Replica replica, Func<ReplicaId, bool> isConnected) => new(
        1,
        replica.Leads ? 1 : 0,
        !replica.IsStopped && replica.Leader.IsNone ? 1 : 0,
        !replica.IsStopped && !replica.Leader.IsNone && !replica.HasCaughtUp ? 1 : 0,
        replica.IsStopped ? 1 : 0,
        replica.Leads && replica.Followers.Any(isConnected) ? 1 : 0,
        replica.IsStopped ? 0 : 1);
}
