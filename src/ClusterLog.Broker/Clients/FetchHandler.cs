using System.Buffers;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Serves a fetch: asks the partitions' shards for what they hold in memory, reads from disk, off the shards, what has
/// left it, and waits where there is too little.
/// </summary>
internal sealed class FetchHandler(ClientServices services)
{
    /// <summary>What a client is told to wait when replies hold as many bytes as they may.</summary>
    private const int BusyRetryMs = 50;

    public async Task HandleAsync(ClientRequest request, FetchRequest body)
    {
        RefuseRepeated(body.Partitions);
        var limits = services.Options.Limits;
        var bytesMax = Math.Clamp(body.MaxBytes, 1, limits.FetchBytesMax);
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, body.MaxWaitMs));
        wait = wait < limits.FetchWaitMax ? wait : limits.FetchWaitMax;
        request.Weigh(bytesMax);
        while (true)
        {
            var waiter = new FetchWaiter();
            var memory = new ReadBuffers();
            var partitions = await ReadAllAsync(body, bytesMax, waiter, memory);
            var bytes = partitions.Sum(SizeBytes);
            var waited = services.Time.GetElapsedTime(request.StartedAt);
            if (bytes >= body.MinBytes || waited >= wait || services.IsStopping
                || partitions.Any(partition => partition.Error != ErrorCode.None))
            {
                waiter.Wake();
                request.Hold(memory);
                Answer(request, partitions, bytes);
                return;
            }

            memory.Dispose();
            await WaitAsync(waiter, wait - waited, request.Connection.Closed);
        }
    }

    /// <summary>A partition asked for twice would be read twice: a short request must not make the broker do so without end.</summary>
    private static void RefuseRepeated(IReadOnlyList<FetchPartition> partitions)
    {
        var seen = new HashSet<(string, int)>(partitions.Count);
        foreach (var wanted in partitions)
        {
            if (!seen.Add((wanted.Topic, wanted.Partition)))
            {
                throw new BrokerException(
                    ErrorCode.InvalidArgument,
                    $"A fetch asks for each partition once, and this one more often for {wanted.Topic}/{wanted.Partition}.");
            }
        }
    }

    private void Answer(ClientRequest request, FetchedPartition[] partitions, long bytes)
    {
        if (!request.TryHold(bytes))
        {
            request.Fail(
                ErrorCode.TooManyRequests,
                $"Clients have not taken {services.BytesBuffered.Taken} bytes of this broker's replies; the limit BytesBufferedMax is {services.Options.Limits.BytesBufferedMax}.",
                BusyRetryMs);
            return;
        }

        services.Metrics.FetchCompleted(bytes);
        request.Succeed(new FetchResponse(partitions));
    }

    private async Task WaitAsync(FetchWaiter waiter, TimeSpan time, CancellationToken closed)
    {
        try
        {
            await waiter.Woken.WaitAsync(time, services.Time, closed);
        }
        catch (TimeoutException)
        {
            // The wait is over: what is there is the answer.
        }
        finally
        {
            waiter.Wake();
        }
    }

    private async Task<FetchedPartition[]> ReadAllAsync(
        FetchRequest body, int bytesMax, FetchWaiter waiter, ReadBuffers memory)
    {
        var snapshot = services.Metadata.Snapshot;
        var asked = new (FetchPartition Wanted, PartitionInfo? Partition, FetchWork? Work)[body.Partitions.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            var wanted = body.Partitions[i];
            var partition = snapshot.FindPartition(wanted.Topic, wanted.Partition);
            asked[i] = (wanted, partition, Ask(wanted, partition, bytesMax, body.MinBytes, waiter));
        }

        var fetched = new FetchedPartition[asked.Length];
        var bytesLeft = bytesMax;
        for (var i = 0; i < asked.Length; i++)
        {
            var (wanted, partition, work) = asked[i];
            var read = work is null ? Unknown(wanted) : await work.Read;
            fetched[i] = await FillAsync(wanted, partition, read, bytesLeft, bytesLeft == bytesMax, memory);
            bytesLeft -= (int)SizeBytes(fetched[i]);
        }

        return fetched;
    }

    private FetchWork? Ask(
        FetchPartition wanted, PartitionInfo? partition, int bytesMax, int minBytes, FetchWaiter waiter)
    {
        if (partition is null)
        {
            return null;
        }

        var work = new FetchWork(partition, wanted.Offset, Math.Clamp(wanted.MaxBytes, 1, bytesMax), minBytes, waiter);
        if (!services.Shards.Post(partition.Group, work))
        {
            throw new BrokerException(ErrorCode.ShuttingDown, $"Broker {services.Options.BrokerId} is stopping.");
        }

        return work;
    }

    /// <summary>Takes whole batches up to the bytes left; the first of all is taken whatever its size.</summary>
    private async Task<FetchedPartition> FillAsync(
        FetchPartition wanted, PartitionInfo? partition, PartitionRead read, int bytesLeft, bool isFirst, ReadBuffers memory)
    {
        memory.Keep(read.Held);
        var batches = new List<ReadOnlySequence<byte>>();
        if (bytesLeft > 0)
        {
            var entries = read.Cold is { } cold
                ? await services.ColdFetches.ReadAsync(
                    partition!,
                    () => cold.ReadFromOffset(wanted.Offset, read.UpTo, Math.Min(bytesLeft, wanted.MaxBytes), memory))
                : read.Entries;
            foreach (var entry in entries)
            {
                if (entry.Kind != EntryKind.Data)
                {
                    continue;
                }

                bytesLeft -= entry.Payload.Length;
                if (bytesLeft < 0 && !(isFirst && batches.Count == 0))
                {
                    break;
                }

                batches.Add(new ReadOnlySequence<byte>(entry.Payload));
            }
        }

        return new FetchedPartition(
            wanted.Topic, wanted.Partition, read.Code, read.HighWatermark, read.FirstOffset, batches);
    }

    private PartitionRead Unknown(FetchPartition wanted)
    {
        var (code, message) = services.Metadata.UnknownPartition(wanted.Topic, wanted.Partition);
        return PartitionRead.Failed(code, message);
    }

    private static long SizeBytes(FetchedPartition partition) => partition.Batches.Sum(batch => batch.Length);
}
