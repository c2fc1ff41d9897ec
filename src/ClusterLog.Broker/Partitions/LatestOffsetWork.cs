using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// Reads a partition's high watermark so that it counts every record that was acknowledged before the question, also
/// where this leader has been replaced and does not know it yet.
/// </summary>
internal sealed class LatestOffsetWork(PartitionInfo address) : PendingRead, IShardWork
{
    private readonly TaskCompletionSource<(ErrorCode Code, long Offset)> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Partition? _partition;

    /// <summary>The offset after the last record, or why it cannot be told.</summary>
    public Task<(ErrorCode Code, long Offset)> Answer => _answer.Task;

    public void Run(Shard shard)
    {
        if (shard.Find(address.Group) is not { Leads: true } replica)
        {
            Fail(ErrorCode.NotLeader, $"This broker does not lead {address}.");
            return;
        }

        _partition = (Partition)replica.Machine;
        replica.RequestRead(this);
    }

    /// <inheritdoc/>
    public void Abandon() => Fail(ErrorCode.ShuttingDown, $"{address} has stopped on this broker.");

    protected override void OnCompleted() => _answer.TrySetResult((ErrorCode.None, _partition!.HighWatermark));

    protected override void OnFailed(ErrorCode code, string message) => _answer.TrySetResult((code, -1));
}
