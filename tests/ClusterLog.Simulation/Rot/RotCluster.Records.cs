using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Workload;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Rot;

/// <content>What clients do: write, write again, and read everything.</content>
internal sealed partial class RotCluster
{
    private const long AnswerMax = 3 * WorldSettings.Second;

    /// <summary>Hands a batch to a broker; nobody waits for the answer.</summary>
    public static RotReply Send(SimulatedBroker broker, RotPartition partition, RotBatch batch)
    {
        var reply = new RotReply();
        var life = broker.Life!;
        var copy = life.Payloads.Rent(batch.Bytes.Length);
        batch.Bytes.CopyTo(copy);
        var validation = RecordBatchValidator.Validate(copy.Span, ClusterWorkload.RecordBytesMax);
        if (!validation.IsValid)
        {
            throw new InvalidOperationException($"{partition}: {validation.Message}");
        }

        if (life.Metadata.Snapshot.FindPartition(partition.Topic, partition.Number) is not { } info)
        {
            reply.Fail(ErrorCode.UnknownTopic, "");
            return reply;
        }

        life.Post(info.Group, new ProduceWork(info, copy, batch.Header, Acks.All, reply)
        {
            DeadlineMilliseconds = life.Time.GetMilliseconds() + (AnswerMax / WorldSettings.Millisecond),
        });
        return reply;
    }

    /// <summary>Writes a batch, sending it again until it is acknowledged, as an idempotent producer does.</summary>
    public async Task WriteAsync(RotPartition partition, RotBatch batch)
    {
        Waiting = $"{partition} takes a batch";
        while (true)
        {
            if (LeaderOf(partition.Group) is { } broker)
            {
                var reply = Send(broker, partition, batch);
                await AnswerAsync(broker, () => reply.IsThere);
                if (reply is { IsThere: true, Code: ErrorCode.None })
                {
                    partition.Acknowledge(batch, reply.BaseOffset);
                    return;
                }
            }

            await world.Delay(Poll);
        }
    }

    /// <summary>Sends the last batch of each producer again: it is there, and must be told from another.</summary>
    public async Task WriteAgainAsync(RotPartition partition)
    {
        foreach (var (batch, baseOffset) in partition.Newest.Values)
        {
            Waiting = $"{partition} knows a batch again";
            for (RotReply? reply = null; reply is not { IsThere: true, Code: ErrorCode.None };)
            {
                await world.Delay(WorldSettings.Millisecond);
                if (LeaderOf(partition.Group) is { } broker)
                {
                    reply = Send(broker, partition, batch);
                    await AnswerAsync(broker, () => reply.IsThere);
                    if (reply is { IsThere: true, Code: ErrorCode.None } && (!reply.IsDuplicate || reply.BaseOffset != baseOffset))
                    {
                        throw new ViolationException(
                            RotVerdict.Doubled,
                            $"{partition}: {broker} takes the batch at {baseOffset} once more, at {reply.BaseOffset}");
                    }
                }
            }
        }
    }

    /// <summary>Reads a partition from its beginning to its end, from one broker as long as that leads, and checks it all.</summary>
    /// <param name="mustLead">The broker must serve all of it, and is made to lead where it does not.</param>
    public async Task ReadAsync(RotPartition partition, int preferred, bool mustLead)
    {
        var seen = new Dictionary<uint, long>();
        var offset = partition.FirstOffset;
        while (true)
        {
            Waiting = $"{partition} can be read at {offset}";
            var broker = LeaderOf(partition.Group);
            if (mustLead && broker?.Id != preferred)
            {
                await LeadAsync(preferred);
            }
            else if (broker is not null && await FetchAsync(broker, partition, offset) is { } entries)
            {
                if (entries.Count == 0)
                {
                    CheckEnd(partition, offset, broker);
                    return;
                }

                foreach (var entry in entries)
                {
                    offset = Take(partition, entry, offset, broker.Id, seen);
                }
            }
            else
            {
                await world.Delay(Poll);
            }
        }
    }

    private static void CheckEnd(RotPartition partition, long offset, SimulatedBroker broker)
    {
        if (offset < partition.EndOffset)
        {
            throw new ViolationException(
                RotVerdict.Lost, $"{partition}: {broker} serves nothing at {offset}; up to {partition.EndOffset} was acknowledged");
        }
    }

    private static long Take(RotPartition partition, LogEntry entry, long offset, int broker, Dictionary<uint, long> seen)
    {
        if (entry.Kind != EntryKind.Data)
        {
            return Math.Max(offset, entry.NextOffset);
        }

        if (entry.BaseOffset > offset)
        {
            throw new ViolationException(
                RotVerdict.Lost, $"{partition}: broker {broker} serves offset {entry.BaseOffset} where {offset} comes next");
        }

        partition.Check(entry, broker);
        RecordBatchHeader.TryRead(entry.Payload.Span, out var header);
        if (seen.TryGetValue(header.Crc, out var other) && other != entry.BaseOffset)
        {
            throw new ViolationException(
                RotVerdict.Doubled, $"{partition}: broker {broker} serves one batch at {other} and at {entry.BaseOffset}");
        }

        seen[header.Crc] = entry.BaseOffset;
        return Math.Max(offset, entry.NextOffset);
    }

    /// <summary>What a broker serves from an offset on, nothing at the end; null where it does not serve.</summary>
    private async Task<IReadOnlyList<LogEntry>?> FetchAsync(SimulatedBroker broker, RotPartition partition, long offset)
    {
        var life = broker.Life!;
        if (life.Metadata.Snapshot.FindPartition(partition.Topic, partition.Number) is not { } info)
        {
            return null;
        }

        var work = new FetchWork(info, offset, bytesMax: 4 << 10, minBytes: 1, waiter: null);
        life.Post(info.Group, work);
        await AnswerAsync(broker, () => work.Read.IsCompleted);
        if (!work.Read.IsCompleted)
        {
            return null;
        }

        var read = await work.Read;
        if (read.Code == ErrorCode.OffsetOutOfRange || (read.Code == ErrorCode.None && read.HighWatermark < partition.EndOffset))
        {
            throw new ViolationException(
                RotVerdict.Lost,
                $"{partition}: {broker} holds offsets {read.FirstOffset} to {read.HighWatermark}, asked for {offset}; "
                + $"{partition.FirstOffset} to {partition.EndOffset} were acknowledged");
        }

        return read.Code != ErrorCode.None ? null
            : read.Cold is { } cold ? await ReadColdAsync(life, info.Group, cold, offset, read.UpTo)
            : read.Entries;
    }

    private async Task<IReadOnlyList<LogEntry>?> ReadColdAsync(
        BrokerLife life, GroupId group, LogReadView cold, long offset, LogIndex upTo)
    {
        IReadOnlyList<LogEntry>? entries = null;
        var isDone = false;
        life.Enqueue(() =>
        {
            try
            {
                entries = cold.ReadFromOffset(offset, upTo, 4 << 10);
            }
            catch (CorruptLogException damage)
            {
                life.Post(group, new DamageWork(group, damage));
            }

            isDone = true;
        });
        while (!isDone && !life.IsDead)
        {
            await world.Delay(WorldSettings.Millisecond);
        }

        return entries;
    }

    private async Task AnswerAsync(SimulatedBroker broker, Func<bool> isThere)
    {
        var (life, until) = (broker.Life, world.Now + AnswerMax);
        while (!isThere() && broker.Life == life && world.Now < until)
        {
            await world.Delay(WorldSettings.Millisecond / 4);
        }
    }
}
