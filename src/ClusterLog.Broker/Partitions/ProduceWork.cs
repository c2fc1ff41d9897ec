using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Partitions;

/// <summary>How a produce request is answered. Called once, on the shard's thread; must not block.</summary>
internal interface IProduceReply
{
    void Succeed(long baseOffset, bool isDuplicate);

    void Fail(ErrorCode code, string message);

    /// <summary>Nothing was appended: another replica leads the partition in a term.</summary>
    void Redirect(string message, ReplicaId leader, Term term) => Fail(ErrorCode.NotLeader, message);
}

/// <summary>
/// One batch on its way through its partition's shard (steps 8 to 13): the work that proposes it, and the proposal that
/// waits for its commit.
/// </summary>
internal sealed class ProduceWork : Proposal, IShardWork
{
    private readonly IProduceReply _reply;
    private List<ProduceWork>? _retries;
    private (ReplicaId Replica, Term Term) _leader;

    /// <param name="batch">The batch's bytes, owned by this work from now on; its CRC and counts have been checked.</param>
    public ProduceWork(PartitionInfo address, Memory<byte> batch, in RecordBatchHeader header, Acks acks, IProduceReply reply)
    {
        Address = address;
        Batch = batch;
        Header = header;
        Acks = acks;
        _reply = reply;
    }

    public PartitionInfo Address { get; }

    public Memory<byte> Batch { get; }

    public RecordBatchHeader Header { get; }

    public Acks Acks { get; }

    /// <summary>Until when the batch waits for its partition's leader, on the shard's clock, once it does.</summary>
    public long ParkedUntilMilliseconds { get; set; }

    /// <summary>Where the batch was placed; -1 before that.</summary>
    public long BaseOffset { get; set; } = -1;

    /// <summary>Set where the batch is a retry of one that stands in the log already.</summary>
    public bool IsDuplicate { get; set; }

    public override bool CompletesWhenDurableHere => Acks == Acks.Leader;

    /// <summary>An idempotent producer asks again without harm, so it is told to; another must not be led to believe so.</summary>
    public override ErrorCode CodeWhenOutcomeUnknown =>
        Header.ProducerId >= 0 ? ErrorCode.NotLeader : ErrorCode.RequestTimedOut;

    public void Run(Shard shard)
    {
        if (shard.Find(Address.Group) is not { } replica)
        {
            Fail(ErrorCode.NotLeader, $"This broker holds no replica of {Address}.");
            return;
        }

        shard.Touch(replica);
        ((Partition)replica.Machine).Produce(this);
    }

    /// <inheritdoc/>
    public void Abandon() =>
        Fail(CodeWhenOutcomeUnknown, $"{Address} stopped on this broker before the batch was known to be committed.");

    /// <summary>Another replica leads: whoever waits is sent there. Nothing was appended.</summary>
    public void Redirect(string message, ReplicaId leader, Term term)
    {
        _leader = (leader, term);
        Fail(ErrorCode.NotLeader, message);
    }

    /// <summary>A retry of this batch came while it is not committed yet: it shares the outcome.</summary>
    public void AddRetry(ProduceWork retry) => (_retries ??= []).Add(retry);

    protected override void OnCompleted()
    {
        // Of a retry; the log has a share of any other.
        PayloadSlice.Discard(Batch);
        _reply.Succeed(Acks == Acks.None ? -1 : BaseOffset, IsDuplicate);
        foreach (var retry in _retries ?? [])
        {
            retry.BaseOffset = BaseOffset;
            retry.IsDuplicate = true;
            retry.Complete();
        }

        _retries = null;
    }

    protected override void OnFailed(ErrorCode code, string message)
    {
        // Unless the log has it. Whoever was answered is never proposed after that.
        PayloadSlice.Discard(Batch);
        if (_leader.Replica.IsNone)
        {
            _reply.Fail(code, message);
        }
        else
        {
            _reply.Redirect(message, _leader.Replica, _leader.Term);
        }

        foreach (var retry in _retries ?? [])
        {
            retry.Fail(code, message);
        }

        _retries = null;
    }
}
