using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// One trim on its way through its partition's shard: the work that proposes it, and the proposal that waits for its
/// commit.
/// </summary>
internal sealed class TrimWork(PartitionInfo address, long startOffset) : Proposal, IShardWork
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Partition? _partition;

    public PartitionInfo Address { get; } = address;

    /// <summary>The oldest offset to keep.</summary>
    public long StartOffset { get; } = startOffset;

    /// <summary>
    /// The partition's start offset once the trim is committed and applied here, which is at least what was asked for.
    /// Ends on the group's shard: a driver without threads sees there and then that it is completed.
    /// </summary>
    /// <exception cref="BrokerException">
    /// NotLeader and OffsetOutOfRange (surely not done), RequestTimedOut (outcome unknown; to repeat it does no harm), and
    /// the like.
    /// </exception>
    public Task<long> Done => _done.Task;

    public void Run(Shard shard)
    {
        if (shard.Find(Address.Group) is not { } replica)
        {
            Fail(ErrorCode.NotLeader, $"This broker holds no replica of {Address}.");
            return;
        }

        shard.Touch(replica);
        _partition = (Partition)replica.Machine;
        _partition.ProposeTrim(this);
    }

    /// <inheritdoc/>
    public void Abandon() =>
        Fail(CodeWhenOutcomeUnknown, $"{Address} stopped on this broker before the trim was known to be committed.");

    protected override void OnCompleted() => _done.TrySetResult(_partition!.StartOffset);

    protected override void OnFailed(ErrorCode code, string message) =>
        _done.TrySetException(new BrokerException(code, message));
}
