using ClusterLog.MessagePack;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Batches;

/// <summary>
/// Goes through the records of a batch without copying them. Never throws for what the bytes hold: after the last
/// <see cref="TryRead"/>, <see cref="Error"/> tells an end from damage.
/// </summary>
/// <remarks>
/// Records stand back to back after the header, each an array of four or more values, of which later versions may
/// append some:
/// <code>
/// timestampDelta  int         ms relative to the batch's baseTimestamp; may be negative
/// key             bin or nil
/// value           bin or nil
/// headers         map of str to bin or nil, or nil if there are none
/// offsetDelta     int         in compacted batches only: relative to the batch's baseOffset, higher than the one before
/// </code>
/// </remarks>
internal ref struct RecordBatchReader
{
    private const int FieldCount = 4;

    private readonly ReadOnlyMemory<byte> _records;
    private MessagePackReader _reader;
    private int _read;
    private int _lastDelta = -1;

    private RecordBatchReader(ReadOnlyMemory<byte> records, scoped in RecordBatchHeader header)
    {
        _records = records;
        _reader = new MessagePackReader(records);
        Header = header;
    }

    /// <summary>The header of the batch.</summary>
    public RecordBatchHeader Header { get; }

    /// <summary>What is wrong with the records, or null as long as nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>The record that was read last, as it is encoded.</summary>
    public ReadOnlyMemory<byte> Encoded { get; private set; }

    /// <summary>How many fields that this build does not know the record has that was read last.</summary>
    public int UnknownFields { get; private set; }

    /// <summary>
    /// Checks a batch as it comes from a broker, its checksum included, and makes a reader of its records. Control
    /// batches and those of transactions are for the caller to pass over; read as records they are damage.
    /// </summary>
    public static BatchValidation TryOpen(ReadOnlyMemory<byte> batch, out RecordBatchReader reader)
    {
        var validation = RecordBatchValidator.ValidateStored(batch.Span);
        if (validation.IsValid && RecordBatchHeader.TryRead(batch.Span, out var header))
        {
            reader = new RecordBatchReader(batch[header.RecordsAt..], header);
        }
        else
        {
            reader = default;
        }

        return validation;
    }

    /// <summary>Reads the next record. False after the last, and at damage: then <see cref="Error"/> is set.</summary>
    public bool TryRead(out BatchRecord record)
    {
        record = default;
        if (Error is not null)
        {
            return false;
        }

        if (_read == Header.RecordCount)
        {
            if (!_reader.End)
            {
                Error = $"Batch at offset {Header.BaseOffset}: {_reader.Remaining} bytes after its {_read} records.";
            }

            return false;
        }

        record = ReadRecord();
        if (!_reader.Ok)
        {
            Error = $"Batch at offset {Header.BaseOffset}, record {_read} of {Header.RecordCount}: {_reader.Error}";
            record = default;
            return false;
        }

        _read++;
        return true;
    }

    private BatchRecord ReadRecord()
    {
        var isCompacted = Header.Attributes.IsCompacted;
        var start = (int)_reader.Consumed;
        UnknownFields = WireArray.ReadHeader(ref _reader, isCompacted ? FieldCount + 1 : FieldCount);
        var timestamp = unchecked(Header.BaseTimestamp + _reader.ReadInt64());
        var key = ReadBytesOrNil();
        var value = ReadBytesOrNil();
        var headers = ReadHeaders();
        var delta = isCompacted ? ReadOffsetDelta() : _read;
        WireArray.SkipFields(ref _reader, UnknownFields);
        Encoded = _reader.Ok ? _records[start..(int)_reader.Consumed] : default;
        _lastDelta = delta;
        return new(Header.BaseOffset + delta, timestamp, key, value, headers);
    }

    private int ReadOffsetDelta()
    {
        var delta = _reader.ReadInt32();
        if (_reader.Ok && (delta <= _lastDelta || delta > Header.LastOffsetDelta))
        {
            _reader.Fail($"an offset delta above {_lastDelta}, at most {Header.LastOffsetDelta}", $"{delta}");
        }

        return delta;
    }

    private ReadOnlyMemory<byte>? ReadBytesOrNil()
    {
        if (_reader.TryReadNil())
        {
            return null;
        }

        // The batch is one piece of memory, and so is each slice of it.
        return _reader.ReadBinary().First;
    }

    private RecordHeader[] ReadHeaders()
    {
        if (_reader.TryReadNil())
        {
            return [];
        }

        var count = _reader.ReadMapHeader();
        if (count == 0)
        {
            return [];
        }

        // Each takes two bytes or more, so what is allocated stays in proportion to the bytes that are there.
        var headers = new RecordHeader[count];
        for (var i = 0; i < count && _reader.Ok; i++)
        {
            headers[i] = new(_reader.ReadString(), ReadBytesOrNil());
        }

        return headers;
    }
}
