using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Step 7: takes a batch off the connection, checks it whole, and sends it to its partition's shard. Runs on the
/// connection's thread, so that the batches of one connection reach a partition in the order in which they came.
/// </summary>
internal sealed class ProduceHandler(ClientServices services)
{
    /// <summary>What a client is told to wait when the broker holds as many bytes as it may.</summary>
    private const int BusyRetryMs = 50;

    /// <summary>What a client is told to wait when the disk is full.</summary>
    private const int FullRetryMs = 1000;

    public void Handle(ClientRequest request, ProduceRequest body)
    {
        if (FindPartition(request, body) is not { } partition
            || IsStopping(request, partition)
            || !CanWrite(request, partition))
        {
            return;
        }

        var length = (int)body.Batch.Length;
        if (!services.BytesWaiting.TryTake(length))
        {
            request.Fail(
                ErrorCode.TooManyRequests,
                $"{services.BytesWaiting.Taken} bytes wait on this broker; the limit BytesWaitingMax is {services.Options.Limits.BytesWaitingMax}.",
                BusyRetryMs);
            return;
        }

        request.Weigh(length);
        var reply = new ProduceReply(services, request, length);
        var batch = Copy(body);
        var validation = RecordBatchValidator.Validate(batch.Span, services.Options.Limits.RecordBytesMax);
        if (!validation.IsValid || !RecordBatchHeader.TryRead(batch.Span, out var header))
        {
            PayloadSlice.Discard(batch);
            reply.Fail(validation.Error, $"{partition}: {validation.Message}");
            return;
        }

        if (partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
            && KeyCheck.Check(batch) is { IsValid: false } refused)
        {
            PayloadSlice.Discard(batch);
            reply.Fail(refused.Error, $"{partition}: {refused.Message}");
            return;
        }

        reply.RecordCount = header.RecordCount;
        var work = new ProduceWork(partition, batch, header, body.Acks, reply) { DeadlineMilliseconds = Deadline(body) };
        if (!services.Shards.Post(partition.Group, work))
        {
            reply.Fail(ErrorCode.ShuttingDown, $"Broker {services.Options.BrokerId} is stopping.");
        }
    }

    /// <summary>A broker that stops has handed over what it led, and says to whom.</summary>
    private bool IsStopping(ClientRequest request, PartitionInfo partition)
    {
        if (!services.IsStopping)
        {
            return false;
        }

        var hint = services.HintOf(partition.Group);
        request.Fail(
            hint is null ? ErrorCode.ShuttingDown : ErrorCode.NotLeader,
            $"Broker {services.Options.BrokerId} is stopping.",
            leader: hint);
        return true;
    }

    private bool CanWrite(ClientRequest request, PartitionInfo partition)
    {
        if (services.Storage.HomeOf(partition.Group) is not { } storage)
        {
            // It is not here yet, which its shard will say.
            return true;
        }

        switch (storage.State)
        {
            case StorageState.Ok when WritePressure.IsTooHigh(storage):
                request.Fail(
                    ErrorCode.TooManyRequests,
                    $"{WritePressure.BytesInMemory(storage)} bytes wait for the disk of broker {services.Options.BrokerId}; the limit is {WritePressure.BytesMax(storage)}.",
                    BusyRetryMs);
                return false;
            case StorageState.Ok:
                return true;
            case StorageState.Full:
                request.Fail(
                    ErrorCode.StorageFull, $"The disk of broker {services.Options.BrokerId} is full.", FullRetryMs);
                return false;
            default:
                request.Fail(ErrorCode.StorageFailed, $"The disk of broker {services.Options.BrokerId} has failed.");
                return false;
        }
    }

    private PartitionInfo? FindPartition(ClientRequest request, ProduceRequest body)
    {
        if (services.Metadata.Snapshot.FindPartition(body.Topic, body.Partition) is not { } partition)
        {
            var (code, message) = services.Metadata.UnknownPartition(body.Topic, body.Partition);
            request.Fail(code, message);
            return null;
        }

        if (partition.RunningOn(services.Options.BrokerId).IsNone)
        {
            request.Fail(
                ErrorCode.NotLeader,
                $"Broker {services.Options.BrokerId} holds no replica of {partition}.",
                leader: services.HintOf(partition.Group));
            return null;
        }

        return partition;
    }

    /// <summary>The one copy of a batch on its way in: from the connection's buffers into memory for payloads.</summary>
    private Memory<byte> Copy(ProduceRequest body)
    {
        var batch = services.Payloads.Rent((int)body.Batch.Length);
        System.Buffers.BuffersExtensions.CopyTo(body.Batch, batch.Span);
        return batch;
    }

    private long Deadline(ProduceRequest body)
    {
        var longest = (long)services.Options.Limits.ProduceTimeoutMax.TotalMilliseconds;
        var timeout = body.TimeoutMs <= 0 ? longest : Math.Min(body.TimeoutMs, longest);
        return services.Time.GetMilliseconds() + timeout;
    }
}
