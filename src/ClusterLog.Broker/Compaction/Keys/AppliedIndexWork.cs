using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// Reads how far a partition's leader has applied its log, so that it counts every record that was acknowledged before
/// the question, also where this leader has been replaced and does not know it yet.
/// </summary>
internal sealed class AppliedIndexWork(PartitionInfo address) : PendingRead, IShardWork
{
    private readonly TaskCompletionSource<LogIndex> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Replica? _replica;

    /// <summary>The index.</summary>
    /// <exception cref="BrokerException">It cannot be told.</exception>
    public Task<LogIndex> Answer => _answer.Task;

    public void Run(Shard shard)
    {
        if (shard.Find(address.Group) is not { Leads: true } replica)
        {
            Fail(ErrorCode.NotLeader, $"This broker does not lead {address}.");
            return;
        }

        _replica = replica;
        replica.RequestRead(this);
    }

    /// <inheritdoc/>
    public void Abandon() => Fail(ErrorCode.ShuttingDown, $"{address} has stopped on this broker.");

    protected override void OnCompleted() => _answer.TrySetResult(_replica!.Applied);

    protected override void OnFailed(ErrorCode code, string message) =>
        _answer.TrySetException(new BrokerException(code, message));
}
