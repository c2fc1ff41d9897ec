using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Client.Tests.Support;

/// <summary>A partition's log in memory, with the rules that a leader has for producers' sequences.</summary>
internal sealed class FakePartition
{
    private const int RecentMax = 5;

    private readonly Dictionary<long, ProducerState> _producers = [];

    public int LeaderId { get; set; } = 1;

    public ulong Term { get; set; } = 1;

    public long LogStart { get; set; }

    public long NextOffset { get; private set; }

    public List<byte[]> Batches { get; } = [];

    public IEnumerable<ConsumedText> Records => Batches.SelectMany(ToTexts);

    public (ErrorCode Error, long BaseOffset, bool IsDuplicate) Append(byte[] batch)
    {
        var validation = RecordBatchValidator.Validate(batch);
        if (!validation.IsValid || !RecordBatchHeader.TryRead(batch, out var header))
        {
            return (validation.Error, -1, false);
        }

        if (!header.IsIdempotent)
        {
            return (ErrorCode.None, Store(batch, header), false);
        }

        if (!_producers.TryGetValue(header.ProducerId, out var producer))
        {
            if (header.BaseSequence != 0)
            {
                return (ErrorCode.UnknownProducer, -1, false);
            }

            _producers.Add(header.ProducerId, producer = new ProducerState());
        }

        if (producer.Recent.FirstOrDefault(recent => recent.Sequence == header.BaseSequence) is { } known)
        {
            return (ErrorCode.None, known.BaseOffset, true);
        }

        if (header.BaseSequence < producer.NextSequence)
        {
            // Stored too long ago for its offset to be known.
            return (ErrorCode.None, -1, true);
        }

        if (header.BaseSequence != producer.NextSequence)
        {
            return (ErrorCode.OutOfOrderSequence, -1, false);
        }

        var baseOffset = Store(batch, header);
        producer.NextSequence = ProducerSequence.Add(producer.NextSequence, header.RecordCount);
        producer.Recent.Enqueue(new StoredBatch(header.BaseSequence, baseOffset));
        if (producer.Recent.Count > RecentMax)
        {
            producer.Recent.Dequeue();
        }

        return (ErrorCode.None, baseOffset, false);
    }

    /// <summary>What a broker does after a long time: it no longer knows who wrote.</summary>
    public void ForgetProducers() => _producers.Clear();

    public static IEnumerable<ConsumedText> ToTexts(byte[] batch)
    {
        var texts = new List<ConsumedText>();
        Assert.True(RecordBatchReader.TryOpen(batch, out var reader).IsValid);
        while (reader.TryRead(out var record))
        {
            texts.Add(new ConsumedText(record.Offset, ToText(record.Key), ToText(record.Value)));
        }

        Assert.Null(reader.Error);
        return texts;
    }

    private static string? ToText(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } value ? System.Text.Encoding.UTF8.GetString(value.Span) : null;

    private long Store(byte[] batch, in RecordBatchHeader header)
    {
        var baseOffset = NextOffset;
        RecordBatchHeader.PatchBaseOffset(batch, baseOffset);
        RecordBatchHeader.PatchTerm(batch, Term);
        Batches.Add(batch);
        NextOffset += header.RecordCount;
        return baseOffset;
    }

    private sealed record StoredBatch(int Sequence, long BaseOffset);

    private sealed class ProducerState
    {
        public int NextSequence { get; set; }

        public Queue<StoredBatch> Recent { get; } = [];
    }
}
