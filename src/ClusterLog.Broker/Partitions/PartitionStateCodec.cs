using ClusterLog.Broker.Shards;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// A partition's state in checkpoints and snapshots: a <see cref="StateEnvelope"/> around one MessagePack array. The
/// producer whose last batch lies furthest back comes first, of each producer the oldest batch, so that equal states
/// have equal bytes. Fields are appended at the end; a reader skips those that it does not know.
/// <code>
/// [highWatermark, startOffset, checksum, sizeBytes, [[producerId, epoch, [[baseSequence, recordCount, baseOffset] ...]] ...],
///  effectiveHorizon, pendingHorizon, pendingHorizonAt,      these three or none of them, which means 0
///  assignedAt]                                              absent where it is 0
/// </code>
/// </summary>
internal static class PartitionStateCodec
{
    /// <summary>The version of the layout; raised when old fields change their meaning.</summary>
    public const byte Version = 1;

    private const int FieldCount = 8;
    private const int FieldCountWithoutHorizon = 5;
    private const int FieldCountWithAssignment = 9;
    private const int ProducerFieldCount = 3;
    private const int BatchFieldCount = 3;

    public static ReadOnlyMemory<byte> Encode(in PartitionState state)
    {
        var output = new StateWriter();
        var writer = new MessagePackWriter(output);
        var isAssigned = state.AssignedAt != LogIndex.Zero;
        writer.WriteArrayHeader(isAssigned ? FieldCountWithAssignment : FieldCount);
        writer.Write(state.HighWatermark);
        writer.Write(state.StartOffset);
        writer.Write(state.Checksum);
        writer.Write(state.SizeBytes);
        writer.WriteArrayHeader(state.Producers.Count);
        foreach (var producer in state.Producers.OldestFirst)
        {
            WriteProducer(ref writer, producer);
        }

        writer.Write(state.Horizon.Effective);
        writer.Write(state.Horizon.Pending);
        writer.Write(state.Horizon.PendingAt);
        if (isAssigned)
        {
            writer.Write(state.AssignedAt.Value);
        }

        writer.Flush();
        return output.Seal(StateEnvelope.Partition, Version);
    }

    /// <exception cref="InvalidDataException">The bytes are no state of a partition, or are damaged.</exception>
    public static PartitionState Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(StateEnvelope.Open(bytes, StateEnvelope.Partition, Version));
        var count = reader.ReadArrayHeader();
        var known = count == FieldCountWithoutHorizon ? FieldCountWithoutHorizon : FieldCount;
        StateFields.Require(ref reader, count, known, "the state of a partition");
        var state = new PartitionState(
            reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadInt64(), new ProducerTable());
        if (reader.Ok && (state.StartOffset < 0 || state.HighWatermark < state.StartOffset || state.SizeBytes < 0))
        {
            reader.Fail(
                "0 <= start offset <= high watermark and a size of at least 0",
                $"start offset {state.StartOffset}, high watermark {state.HighWatermark}, size {state.SizeBytes}");
        }

        ReadProducers(ref reader, state);
        if (known == FieldCount)
        {
            state = state with { Horizon = ReadHorizon(ref reader, state.HighWatermark) };
        }

        if (count >= FieldCountWithAssignment)
        {
            state = state with { AssignedAt = new LogIndex(reader.ReadUInt64()) };
            known = FieldCountWithAssignment;
        }

        StateFields.SkipRest(ref reader, count, known);
        if (reader.Ok && !reader.End)
        {
            reader.Fail("the end of the state", $"{reader.Remaining} more bytes");
        }

        return reader.Ok
            ? state
            : throw new InvalidDataException($"The captured state of a partition cannot be read. {reader.Error}");
    }

    private static void WriteProducer(ref MessagePackWriter writer, ProducerState producer)
    {
        writer.WriteArrayHeader(ProducerFieldCount);
        writer.Write(producer.ProducerId);
        writer.Write(producer.Epoch);
        writer.WriteArrayHeader(producer.BatchCount);
        for (var i = 0; i < producer.BatchCount; i++)
        {
            var batch = producer.Batch(i);
            writer.WriteArrayHeader(BatchFieldCount);
            writer.Write(batch.BaseSequence);
            writer.Write(batch.RecordCount);
            writer.Write(batch.BaseOffset);
        }
    }

    private static TombstoneHorizon ReadHorizon(ref MessagePackReader reader, long highWatermark)
    {
        var horizon = new TombstoneHorizon(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        if (reader.Ok
            && (horizon.Effective < 0
                || horizon.Pending < horizon.Effective
                || horizon.Pending > highWatermark
                || horizon.PendingAt < 0))
        {
            reader.Fail(
                $"0 <= effective horizon <= pending horizon <= {highWatermark}, since a time of at least 0", $"{horizon}");
        }

        return horizon;
    }

    private static void ReadProducers(ref MessagePackReader reader, in PartitionState state)
    {
        var producers = reader.ReadArrayHeader();
        if (producers > ProducerTable.ProducersMax)
        {
            reader.Fail($"at most {ProducerTable.ProducersMax} producers", $"{producers}");
        }

        for (var i = 0; i < producers && reader.Ok; i++)
        {
            var count = reader.ReadArrayHeader();
            StateFields.Require(ref reader, count, ProducerFieldCount, "a producer");
            var (id, epoch) = (reader.ReadInt64(), reader.ReadInt32());
            if (reader.Ok && (id < 0 || state.Producers.Find(id) is not null))
            {
                reader.Fail("a producer's id that is not negative and has not come before", $"{id}");
            }

            ReadBatches(ref reader, state, id, epoch);
            StateFields.SkipRest(ref reader, count, ProducerFieldCount);
        }
    }

    private static void ReadBatches(ref MessagePackReader reader, in PartitionState state, long id, int epoch)
    {
        var batches = reader.ReadArrayHeader();
        if (reader.Ok && batches is < 1 or > ProducerState.BatchesRemembered)
        {
            reader.Fail($"1 to {ProducerState.BatchesRemembered} batches of producer {id}", $"{batches}");
        }

        for (var i = 0; i < batches && reader.Ok; i++)
        {
            var count = reader.ReadArrayHeader();
            StateFields.Require(ref reader, count, BatchFieldCount, "a batch");
            var batch = new AppendedBatch(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64());
            StateFields.SkipRest(ref reader, count, BatchFieldCount);
            if (reader.Ok && (batch.BaseSequence < 0 || batch.RecordCount < 1 || batch.BaseOffset < 0
                || batch.BaseOffset > state.HighWatermark - batch.RecordCount))
            {
                reader.Fail($"a batch of producer {id} below offset {state.HighWatermark}", batch.ToString());
            }

            if (reader.Ok)
            {
                state.Producers.Append(id, epoch, batch);
            }
        }
    }
}
