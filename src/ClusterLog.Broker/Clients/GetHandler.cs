using System.Buffers;
using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Answers the latest record of a key: asks a majority how far the log counts by now, waits until the index of keys has
/// come there, and reads the record that it names from the log. The index only says where to look: that the record is there
/// and of the key is seen in the log.
/// </summary>
internal sealed class GetHandler(ClientServices services)
{
    private const int RetryMs = 50;

    public async Task HandleAsync(ClientRequest request, GetRequest body)
    {
        // The request's memory is its connection's: what is needed later is copied before the first wait.
        var key = body.Key.ToArray();
        var partition = Find(body);
        var deadline = services.Time.GetMilliseconds() + Timeout(body.TimeoutMs);
        var missing = -1L;
        while (true)
        {
            var replacements = services.Storage.ReplacementsOf(partition.Group);
            var offset = await FindOffsetAsync(partition, key, deadline);
            if (offset is null || (offset == missing && replacements == services.Storage.ReplacementsOf(partition.Group)))
            {
                request.Succeed(new GetResponse(GetResponse.None, ReadOnlySequence<byte>.Empty));
                return;
            }

            var (batch, isTrimmed) = await ReadAsync(partition, key, offset.Value);
            if (batch is not null && request.TryHold(batch.Length))
            {
                request.Succeed(new GetResponse(offset.Value, new ReadOnlySequence<byte>(batch)));
                return;
            }

            if (batch is not null)
            {
                request.Fail(ErrorCode.TooManyRequests, "Clients have not taken this broker's replies.", RetryMs);
                return;
            }

            if (isTrimmed)
            {
                request.Succeed(new GetResponse(GetResponse.None, ReadOnlySequence<byte>.Empty));
                return;
            }

            // Either a later record has taken its place, and the index will know it; or the key is deleted, and the record
            // that says so is gone as well, before the index has come to it. While nothing is compacted these two are told
            // apart: the index then has what was the key's latest record when it was asked again, if there was any.
            missing = offset.Value;
        }
    }

    private PartitionInfo Find(GetRequest body)
    {
        if (services.Metadata.Snapshot.FindPartition(body.Topic, body.Partition) is not { } partition)
        {
            var (code, message) = services.Metadata.UnknownPartition(body.Topic, body.Partition);
            throw new BrokerException(code, message);
        }

        return partition.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
            ? partition
            : throw new BrokerException(
                ErrorCode.NotCompacted, $"{partition} is not compacted: its records cannot be asked for by key.");
    }

    private long Timeout(int asked)
    {
        var most = (long)services.Options.Limits.ProduceTimeoutMax.TotalMilliseconds;
        return asked <= 0 ? most : Math.Min(asked, most);
    }

    private async Task<long?> FindOffsetAsync(PartitionInfo partition, byte[] key, long deadline)
    {
        var work = new AppliedIndexWork(partition) { DeadlineMilliseconds = deadline };
        if (!services.Shards.Post(partition.Group, work))
        {
            work.Abandon();
        }

        var applied = await work.Answer;
        var left = TimeSpan.FromMilliseconds(Math.Max(1, deadline - services.Time.GetMilliseconds()));
        return await services.Keys.FindAsync(partition.Group, KeyDigest.Of(key), applied, left);
    }

    /// <summary>The batch that holds the record, compacted to it; null when the record is not there any more.</summary>
    private async Task<(byte[]? Batch, bool IsTrimmed)> ReadAsync(PartitionInfo partition, byte[] key, long offset)
    {
        var work = new FetchWork(partition, offset, bytesMax: 1, minBytes: 0, waiter: null);
        if (!services.Shards.Post(partition.Group, work))
        {
            work.Abandon();
        }

        var read = await work.Read;
        using var held = read.Held;
        if (read.Code == ErrorCode.OffsetOutOfRange && offset < read.FirstOffset)
        {
            return (null, true);
        }

        if (read.Code == ErrorCode.OffsetOutOfRange)
        {
            throw Distrusted(partition, offset, "behind the end of the log");
        }

        if (read.Code != ErrorCode.None)
        {
            throw new BrokerException(read.Code, read.Message);
        }

        var entries = read.Cold is { } cold
            ? await services.ColdFetches.ReadAsync(partition, () => cold.ReadFromOffset(offset, read.UpTo, 1))
            : read.Entries;
        var entry = entries.FirstOrDefault(item => item.Kind == EntryKind.Data && item.NextOffset > offset);
        return (entry is null ? null : Extract(partition, entry.Payload, key, offset), false);
    }

    private BrokerException Distrusted(PartitionInfo partition, long offset, string found)
    {
        services.Keys.Distrust($"It names offset {offset} of {partition}, which is {found}.");
        return new BrokerException(ErrorCode.RequestTimedOut, "The index of keys is built again.", RetryMs);
    }

    private byte[]? Extract(PartitionInfo partition, ReadOnlyMemory<byte> batch, byte[] key, long offset)
    {
        if (!RecordBatchReader.TryOpen(batch, out var reader).IsValid)
        {
            throw new BrokerException(ErrorCode.StorageFailed, $"The batch of {partition} at offset {offset} cannot be read.");
        }

        while (reader.TryRead(out var record))
        {
            if (record.Offset == offset)
            {
                if (record.Key is { } found && found.Span.SequenceEqual(key))
                {
                    return CompactedBatch.TryCompact(batch, other => other.Offset == offset) ?? batch.ToArray();
                }

                throw Distrusted(partition, offset, "of another key");
            }
        }

        return null;
    }
}
