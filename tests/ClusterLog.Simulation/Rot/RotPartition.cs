using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>What a partition must hold, byte by byte, and what it may hold besides.</summary>
internal sealed class RotPartition
{
    private readonly SortedDictionary<long, ReadOnlyMemory<byte>> _stored = [];
    private readonly SortedDictionary<long, RotBatch> _added = [];

    public RotPartition(string topic, int number, GroupId group)
    {
        (Topic, Number, Group) = (topic, number, group);
    }

    public string Topic { get; }

    public int Number { get; }

    public GroupId Group { get; }

    /// <summary>The offset before which everything was trimmed.</summary>
    public long FirstOffset { get; set; }

    /// <summary>Behind the last record that was acknowledged.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Handed to a leader that could not commit them any more: what became of them nobody knows.</summary>
    public List<RotBatch> Pending { get; } = [];

    /// <summary>The last acknowledged batch of each idempotent producer, by the producer's id.</summary>
    public SortedDictionary<long, (RotBatch Batch, long BaseOffset)> Newest { get; } = [];

    public int Batches => _stored.Count + _added.Count;

    /// <summary>A committed entry, as the cluster has stored it.</summary>
    public void Store(LogEntry entry)
    {
        _stored.Add(entry.BaseOffset, entry.Payload.ToArray());
        EndOffset = Math.Max(EndOffset, entry.NextOffset);
    }

    /// <summary>A batch was acknowledged.</summary>
    public void Acknowledge(RotBatch batch, long baseOffset)
    {
        if (_added.TryGetValue(baseOffset, out var other) && other.Header.Crc != batch.Header.Crc)
        {
            throw new ViolationException(RotVerdict.Lost, $"{this}: offset {baseOffset} is acknowledged to two batches");
        }

        _added[baseOffset] = batch;
        EndOffset = Math.Max(EndOffset, baseOffset + batch.Header.OffsetCount);
        if (batch.Header.IsIdempotent)
        {
            Newest[batch.Header.ProducerId] = (batch, baseOffset);
        }
    }

    /// <summary>What was acknowledged must be among what is stored; from here on only that counts.</summary>
    public void Settle()
    {
        foreach (var (offset, batch) in _added)
        {
            var isTrimmed = offset + batch.Header.OffsetCount <= FirstOffset;
            if (!isTrimmed && (!_stored.TryGetValue(offset, out var bytes) || !IsSame(batch, bytes.Span)))
            {
                throw new ViolationException(RotVerdict.Lost, $"{this}: the batch acknowledged at {offset} is not there; the log begins at {FirstOffset}");
            }
        }

        _added.Clear();
    }

    /// <summary>The same, for one run to add to.</summary>
    public RotPartition Copy()
    {
        var copy = new RotPartition(Topic, Number, Group) { FirstOffset = FirstOffset, EndOffset = EndOffset };
        foreach (var (offset, bytes) in _stored)
        {
            copy._stored.Add(offset, bytes);
        }

        foreach (var (id, newest) in Newest)
        {
            copy.Newest.Add(id, newest);
        }

        copy.Pending.AddRange(Pending);
        return copy;
    }

    /// <summary>Throws unless what is served at an offset is what must, or may, be there.</summary>
    public void Check(LogEntry entry, int broker)
    {
        var bytes = entry.Payload.Span;
        var isRight = _stored.TryGetValue(entry.BaseOffset, out var expected) ? expected.Span.SequenceEqual(bytes)
            : _added.TryGetValue(entry.BaseOffset, out var added) ? IsSame(added, bytes)
            : entry.BaseOffset >= EndOffset && IsPending(bytes);
        if (!isRight)
        {
            throw new ViolationException(
                RotVerdict.Wrong, $"{this}: broker {broker} serves at offset {entry.BaseOffset} what was never written there: {entry}");
        }
    }

    public override string ToString() => $"{Topic}/{Number}, group {Group}";

    private static bool IsSame(RotBatch batch, ReadOnlySpan<byte> stored) =>
        RecordBatchHeader.TryRead(stored, out var header)
        && header.Crc == batch.Header.Crc
        && RecordBatchHeader.ComputeCrc(stored) == batch.Header.Crc;

    private bool IsPending(ReadOnlySpan<byte> bytes)
    {
        foreach (var batch in Pending)
        {
            if (IsSame(batch, bytes))
            {
                return true;
            }
        }

        return false;
    }
}
