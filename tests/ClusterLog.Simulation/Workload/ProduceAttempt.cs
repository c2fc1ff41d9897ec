using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Workload;

/// <summary>One request to write a batch: does at the broker what the product's handler of produce requests does.</summary>
internal sealed class ProduceAttempt(ProducerClient producer, ProducerBatch batch, Acks acks) : IProduceReply
{
    private const long TimeoutMilliseconds = 8_000;

    private ClientCall? _call;
    private SimulatedBroker? _broker;

    public ProducerBatch Batch => batch;

    /// <summary>The group that the request reached; none when it reached none.</summary>
    public GroupId? Group { get; private set; }

    /// <summary>The leader that the broker named; 0 for none.</summary>
    public int LeaderHint { get; private set; }

    /// <summary>When it was sent.</summary>
    public long SentAt { get; private set; }

    public void Send(int broker, ClientLinks links, long now)
    {
        SentAt = now;
        _call = links.Call(broker, AtBroker, () => producer.OnLost(this));
    }

    /// <summary>The client waits no longer.</summary>
    public void Cancel() => _call!.Lose();

    public void Succeed(long baseOffset, bool isDuplicate)
    {
        LookUpLeader();
        _call!.Answer(() => producer.OnSucceeded(this, baseOffset, isDuplicate));
    }

    public void Fail(ErrorCode code, string message)
    {
        LookUpLeader();
        _call!.Answer(() => producer.OnFailed(this, code, message));
    }

    private void AtBroker(SimulatedBroker broker, ClientCall call)
    {
        _broker = broker;
        var life = broker.Life!;
        if (life.Metadata.Snapshot.FindPartition(producer.Plan.Topic, producer.Plan.Partition) is not { } partition)
        {
            var (code, message) = life.Metadata.UnknownPartition(producer.Plan.Topic, producer.Plan.Partition);
            Fail(code, message);
            return;
        }

        Group = partition.Group;
        if (!batch.Groups.Contains(partition.Group))
        {
            batch.Groups.Add(partition.Group);
        }

        if (partition.ReplicaOn(broker.Id).IsNone)
        {
            Fail(ErrorCode.NotLeader, $"Broker {broker.Id} holds no replica of {partition}.");
        }
        else if (life.Storage.State != StorageState.Ok)
        {
            var code = life.Storage.State == StorageState.Full ? ErrorCode.StorageFull : ErrorCode.StorageFailed;
            Fail(code, "The disk takes no writes.");
        }
        else
        {
            Post(life, partition);
        }
    }

    private void Post(BrokerLife life, ClusterLog.Broker.Metadata.PartitionInfo partition)
    {
        var copy = life.Payloads.Rent(batch.Bytes.Length);
        batch.Bytes.CopyTo(copy);
        var validation = RecordBatchValidator.Validate(copy.Span, ClusterWorkload.RecordBytesMax);
        if (!validation.IsValid || !RecordBatchHeader.TryRead(copy.Span, out var header))
        {
            Fail(validation.Error, validation.Message ?? "");
            return;
        }

        var work = new ProduceWork(partition, copy, header, acks, this)
        {
            DeadlineMilliseconds = life.Time.GetMilliseconds() + TimeoutMilliseconds,
        };
        if (!life.Post(partition.Group, work))
        {
            Fail(ErrorCode.ShuttingDown, "The broker is stopping.");
        }
    }

    private void LookUpLeader()
    {
        if (Group is { } group && _broker?.Life is { } life)
        {
            LeaderHint = life.Leaders.LeaderOf(group).Leader.Value;
        }
    }
}
