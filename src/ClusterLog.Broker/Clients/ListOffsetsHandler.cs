using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Clients;

/// <summary>Finds offsets: the earliest, the latest (linearizable), and the first record at or after a time.</summary>
internal sealed class ListOffsetsHandler(ClientServices services)
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long NoneFound = -1;

    public async Task HandleAsync(ClientRequest request, ListOffsetsRequest body)
    {
        // Side by side: those that ask a majority wait for the same round trip.
        var listed = await Task.WhenAll(body.Partitions.Select(FindAsync));
        request.Succeed(new ListOffsetsResponse(listed));
    }

    private async Task<ListedOffset> FindAsync(ListOffsetsPartition wanted)
    {
        if (services.Metadata.Snapshot.FindPartition(wanted.Topic, wanted.Partition) is not { } partition)
        {
            return Answer(wanted, services.Metadata.UnknownPartition(wanted.Topic, wanted.Partition).Code, NoneFound, NoneFound);
        }

        if (wanted.Timestamp == Latest)
        {
            var (code, offset) = await ReadLatestAsync(partition);
            return Answer(wanted, code, offset, NoneFound);
        }

        var found = await services.Shards.AskAsync(partition.Group, shard => Look(shard, partition, wanted.Timestamp));
        using var held = found.Held;
        LogEntry? entry = null;
        if (found.Cold is { } cold)
        {
            // What is on disk is older than what is only in memory, so the first of the two is the one.
            entry = await services.ColdFetches.ReadAsync(
                partition, () => cold.FindByTimestamp(wanted.Timestamp, found.FirstOffset, found.UpTo)) ?? found.InMemory;
        }

        return entry is null
            ? Answer(wanted, found.Code, found.Offset, NoneFound)
            : FirstRecordAt(wanted, entry, found.FirstOffset);
    }

    /// <summary>One past the last record, all that were acknowledged before the request included.</summary>
    private async Task<(ErrorCode Code, long Offset)> ReadLatestAsync(PartitionInfo partition)
    {
        var work = new LatestOffsetWork(partition)
        {
            DeadlineMilliseconds = services.Time.GetMilliseconds() + (long)services.Options.Limits.ProduceTimeoutMax.TotalMilliseconds,
        };
        if (!services.Shards.Post(partition.Group, work))
        {
            work.Abandon();
        }

        return await work.Answer;
    }

    private static Found Look(Shard shard, PartitionInfo info, long timestamp)
    {
        if (shard.Find(info.Group) is not { IsReadyToServe: true } replica)
        {
            var leads = shard.Find(info.Group)?.Leads ?? false;
            return new Found(leads ? ErrorCode.LeaderNotAvailable : ErrorCode.NotLeader, NoneFound);
        }

        var partition = (Partition)replica.Machine;
        if (timestamp == Earliest)
        {
            return new Found(ErrorCode.None, partition.FirstOffset);
        }

        var inMemory = replica.Log.FindInMemoryByTimestamp(timestamp, partition.FirstOffset, replica.Applied);
        var held = new PayloadHold();
        if (inMemory is not null)
        {
            held.Add(inMemory);
        }

        return new Found(ErrorCode.None, NoneFound)
        {
            Cold = replica.Log.ColdView(),
            InMemory = inMemory,
            Held = held,
            FirstOffset = partition.FirstOffset,
            UpTo = replica.Applied,
        };
    }

    /// <summary>The entry says that it has such a record; its records say which it is.</summary>
    private static ListedOffset FirstRecordAt(ListOffsetsPartition wanted, LogEntry entry, long firstOffset)
    {
        var opened = RecordBatchReader.TryOpen(entry.Payload, out var reader);
        while (opened.IsValid && reader.TryRead(out var record))
        {
            if (record.Timestamp >= wanted.Timestamp && record.Offset >= firstOffset)
            {
                return Answer(wanted, ErrorCode.None, record.Offset, record.Timestamp);
            }
        }

        return Answer(wanted, ErrorCode.None, Math.Max(entry.BaseOffset, firstOffset), entry.MaxTimestamp);
    }

    private static ListedOffset Answer(ListOffsetsPartition wanted, ErrorCode code, long offset, long timestamp) =>
        new(wanted.Topic, wanted.Partition, code, offset, timestamp);

    private sealed record Found(ErrorCode Code, long Offset)
    {
        public LogEntry? InMemory { get; init; }

        /// <summary>Keeps the payload of <see cref="InMemory"/>.</summary>
        public PayloadHold? Held { get; init; }

        public LogReadView? Cold { get; init; }

        public LogIndex UpTo { get; init; }

        /// <summary>The oldest offset that may be shown: entries may hold older ones that have been trimmed.</summary>
        public long FirstOffset { get; init; }
    }
}
