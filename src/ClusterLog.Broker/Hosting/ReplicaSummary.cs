using ClusterLog.Broker.Shards;

namespace ClusterLog.Broker.Hosting;

/// <summary>How the replicas of one broker are, counted.</summary>
/// <param name="Groups">All of them, the metadata group included.</param>
/// <param name="Led">Those that this broker leads.</param>
/// <param name="WithoutLeader">Those whose leader is not known.</param>
/// <param name="CatchingUp">Those that have a leader and have not applied what it opened its term with.</param>
/// <param name="Failed">Those that have stopped.</param>
/// <param name="Awake">Those that cost ticks: all but the quiet ones.</param>
internal readonly record struct ReplicaSummary(
    int Groups, int Led, int WithoutLeader, int CatchingUp, int Failed, int Awake)
{
    public bool IsReady => Groups > 0 && WithoutLeader == 0 && CatchingUp == 0 && Failed == 0;

    /// <summary>Counts one replica. Whether it is awake is the shard's to know.</summary>
    public static ReplicaSummary Of(Replica replica) => replica.HasLeft ? default : new(
        1,
        replica.Leads ? 1 : 0,
        !replica.IsStopped && replica.Leader.IsNone ? 1 : 0,
        !replica.IsStopped && !replica.Leader.IsNone && !replica.HasCaughtUp ? 1 : 0,
        replica.IsStopped ? 1 : 0,
        0);

    public static ReplicaSummary operator +(ReplicaSummary left, ReplicaSummary right) => new(
        left.Groups + right.Groups,
        left.Led + right.Led,
        left.WithoutLeader + right.WithoutLeader,
        left.CatchingUp + right.CatchingUp,
        left.Failed + right.Failed,
        left.Awake + right.Awake);

    public static ReplicaSummary operator -(ReplicaSummary left, ReplicaSummary right) => new(
        left.Groups - right.Groups,
        left.Led - right.Led,
        left.WithoutLeader - right.WithoutLeader,
        left.CatchingUp - right.CatchingUp,
        left.Failed - right.Failed,
        left.Awake - right.Awake);
}
