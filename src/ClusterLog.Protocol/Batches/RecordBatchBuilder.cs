using System.Buffers;
using System.Text;
using ClusterLog.MessagePack;

namespace ClusterLog.Protocol.Batches;

/// <summary>
/// Collects records as the bytes of one batch. Owns a pooled buffer that grows with the records and is used again
/// after <see cref="Clear"/>. One thread at a time.
/// </summary>
internal sealed class RecordBatchBuilder : IBufferWriter<byte>, IDisposable
{
    // Array header, timestamp delta, and the longest headers of key, value and map.
    private const int RecordOverheadBytesMax = 1 + 9 + 5 + 5 + 5;
    private const int RecordHeaderOverheadBytesMax = 5 + 5;
    private const int CapacityMin = 256;

    private byte[] _buffer;
    private int _written = RecordBatchHeader.Size;
    private long _baseTimestamp;
    private long _maxTimestamp;

    /// <summary>Makes a builder whose buffer has room for so many bytes before it first grows.</summary>
    public RecordBatchBuilder(int capacityBytes = 16 * 1024)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacityBytes, CapacityMin));
    }

    /// <summary>The number of records so far.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of the batch so far, its header included.</summary>
    public int SizeBytes => _written;

    /// <summary>
    /// The most bytes that a record can take, by which a caller knows before <see cref="Append"/> whether the batch
    /// would become too large.
    /// </summary>
    public static long RecordBytesMaxOf(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ReadOnlySpan<RecordHeader> headers = default)
    {
        long size = RecordOverheadBytesMax + key.Length + (long)value.Length;
        foreach (var header in headers)
        {
            size += RecordHeaderOverheadBytesMax + Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0);
        }

        return size;
    }

    /// <summary>Appends a record.</summary>
    /// <param name="timestamp">Unix ms.</param>
    /// <param name="key">What the record is about, or null.</param>
    /// <param name="value">Its content, or null.</param>
    /// <param name="headers">Its headers.</param>
    /// <returns>The bytes that the record takes.</returns>
    public int Append(
        long timestamp,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers = default)
    {
        if (Count == 0)
        {
            (_baseTimestamp, _maxTimestamp) = (timestamp, timestamp);
        }

        var before = _written;
        try
        {
            WriteRecord(timestamp, key, value, headers);
        }
        catch (Exception)
        {
            // A header's name that is no valid text, or no memory: half a record must not stay behind.
            _written = before;
            throw;
        }

        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        Count++;
        return _written - before;
    }

    /// <summary>
    /// Completes the batch. The bytes are the builder's and stay as they are until the next append, build, clear or
    /// dispose. A batch may be built again with another epoch or sequence.
    /// </summary>
    /// <param name="producerId">The producer's id; -1 for a batch that is not checked for duplicates.</param>
    /// <param name="producerEpoch">The producer's epoch; -1 without an id.</param>
    /// <param name="baseSequence">The sequence of the first record; -1 without an id.</param>
    public Memory<byte> Build(long producerId = -1, int producerEpoch = -1, int baseSequence = -1)
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("A batch has at least 1 record, and this has none.");
        }

        var batch = _buffer.AsMemory(0, _written);
        new RecordBatchHeader
        {
            Length = _written,
            FormatVersion = RecordBatchHeader.CurrentFormatVersion,
            LastOffsetDelta = Count - 1,
            BaseTimestamp = _baseTimestamp,
            MaxTimestamp = _maxTimestamp,
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            BaseSequence = baseSequence,
            RecordCount = Count,
        }.Write(batch.Span);
        RecordBatchHeader.Seal(batch.Span);
        return batch;
    }

    /// <summary>Drops the records and keeps the buffer.</summary>
    public void Clear()
    {
        _written = RecordBatchHeader.Size;
        Count = 0;
    }

    /// <summary>Gives the buffer back; neither the builder nor what it built may be used afterwards.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        Clear();
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    void IBufferWriter<byte>.Advance(int count) => _written += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsMemory(_written);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsSpan(_written);
    }

    private void WriteRecord(
        long timestamp,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers)
    {
        var writer = new MessagePackWriter(this);
        writer.WriteArrayHeader(4);
        writer.Write(unchecked(timestamp - _baseTimestamp));
        WriteBytesOrNil(ref writer, key);
        WriteBytesOrNil(ref writer, value);
        WriteHeaders(ref writer, headers);
        writer.Flush();
    }

    private static void WriteBytesOrNil(ref MessagePackWriter writer, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } value)
        {
            writer.WriteBinary(value.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static void WriteHeaders(ref MessagePackWriter writer, ReadOnlySpan<RecordHeader> headers)
    {
        if (headers.IsEmpty)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(headers.Length);
        foreach (var header in headers)
        {
            writer.Write(header.Key);
            WriteBytesOrNil(ref writer, header.Value);
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= needed)
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_written + needed, _buffer.Length * 2)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
