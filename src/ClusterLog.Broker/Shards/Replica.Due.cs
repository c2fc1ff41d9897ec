namespace ClusterLog.Broker.Shards;

/// <content>Calls that the state machine has asked for: at a time, or soon.</content>
internal sealed partial class Replica
{
    /// <summary>For the shard: when the state machine is to be called; <see cref="long.MaxValue"/> for never.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>What the replicas of the broker share.</summary>
    public ShardServices Services => _shard.Services;

    /// <summary>The clock of <see cref="CallAt"/>, in milliseconds.</summary>
    public long NowMilliseconds => _shard.NowMilliseconds;

    /// <summary>
    /// Has <see cref="IStateMachine.OnDue"/> called at about this time, within a second; of several times the first counts.
    /// </summary>
    public void CallAt(long milliseconds) => _shard.Due.Add(this, milliseconds);

    /// <summary>Has it called in the next turn.</summary>
    public void CallSoon() => _shard.Inbox.Post(new DueWork(this));

    private sealed class DueWork(Replica replica) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (!replica.IsStopped)
            {
                shard.Touch(replica);
                replica.Machine.OnDue(shard.NowMilliseconds);
            }
        }
    }
}
