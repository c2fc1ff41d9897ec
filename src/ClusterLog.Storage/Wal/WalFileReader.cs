using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// Reads the blocks of one WAL file from its start for as long as they follow each other. A block counts whole or not
/// at all.
/// </summary>
internal sealed class WalFileReader
{
    public delegate void RecordHandler(in RecordHeader header, ReadOnlySpan<byte> payload);

    private const int ChunkBytes = 1 << 20;

    private readonly IStorageFile _file;
    private readonly ulong _epoch;
    private readonly long _length;
    private byte[] _buffer = [];
    private long _bufferStart;
    private int _bufferCount;

    public WalFileReader(IStorageFile file, ulong epoch)
    {
        (_file, _epoch, _length) = (file, epoch, file.Length);
    }

    /// <summary>Where the last good block ends.</summary>
    public long Position { get; private set; } = WalFileHeader.PageBytes;

    /// <summary>The sequence of the last good block; 0 when there is none.</summary>
    public ulong LastSequence { get; private set; }

    public int Blocks { get; private set; }

    /// <summary>A block started at <see cref="Position"/>, and is not whole.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Reads on, up to and with the block of sequence <paramref name="lastSequence"/>.</summary>
    public void ReadAll(RecordHandler handler, ulong lastSequence = ulong.MaxValue)
    {
        while (LastSequence < lastSequence && TryReadBlock(handler))
        {
        }
    }

    /// <summary>
    /// A block of this use of the file, anywhere behind <see cref="Position"/>, that was written once the block of
    /// <paramref name="sequence"/> had been synced: its position; null when there is none. The head of a block says it,
    /// whether its records are whole or not.
    /// </summary>
    public long? FindLater(ulong sequence)
    {
        for (var position = Position; position + WalBlockHeader.SizeBytes <= _length; position += WalFileHeader.PageBytes)
        {
            var header = WalBlockHeader.TryRead(Bytes(position, WalBlockHeader.SizeBytes));
            if (header is { } found && found.Epoch == _epoch && found.SyncedThrough >= sequence)
            {
                return position;
            }
        }

        return null;
    }

    /// <summary>Goes on at the next block of this use of the file, past whatever is damaged; false when there is none.</summary>
    public bool SkipToLater()
    {
        for (Position += WalFileHeader.PageBytes; Position < _length; Position += WalFileHeader.PageBytes)
        {
            var header = WalBlockHeader.TryRead(Bytes(Position, WalBlockHeader.SizeBytes));
            if (header is { } found && found.Epoch == _epoch && found.Sequence > LastSequence)
            {
                LastSequence = 0;
                return true;
            }
        }

        return false;
    }

    private bool TryReadBlock(RecordHandler handler)
    {
        var found = WalBlockHeader.TryRead(Bytes(Position, WalBlockHeader.SizeBytes));
        if (found is not { } header
            || header.Epoch != _epoch
            || (LastSequence != 0 && header.Sequence != LastSequence + 1)
            || header.Length < WalBlockHeader.SizeBytes
            || header.Length > _length - Position)
        {
            return false;
        }

        var bytes = Bytes(Position, header.Length);
        if (!IsWhole(bytes, header))
        {
            IsTorn = true;
            return false;
        }

        for (var rest = bytes[WalBlockHeader.SizeBytes..]; rest.Length > 0;)
        {
            _ = RecordHeader.TryRead(rest, out var record, out var payloadLength, out _);
            handler(record, rest.Slice(RecordHeader.SizeBytes, payloadLength));
            rest = rest[RecordHeader.RecordBytes(payloadLength)..];
        }

        Position += AlignedBuffer.RoundUp(header.Length);
        LastSequence = header.Sequence;
        Blocks++;
        return true;
    }

    private bool IsWhole(ReadOnlySpan<byte> bytes, WalBlockHeader header)
    {
        if (bytes.Length < header.Length)
        {
            return false;
        }

        var rest = bytes[WalBlockHeader.SizeBytes..];
        for (var i = 0; i < header.RecordCount; i++)
        {
            var result = RecordHeader.TryRead(rest, out var record, out var payloadLength, out _);
            if (result != RecordReadResult.Ok || record.Epoch != _epoch || record.Sequence != header.Sequence)
            {
                return false;
            }

            rest = rest[RecordHeader.RecordBytes(payloadLength)..];
        }

        return rest.Length == 0;
    }

    // The bytes at a position, from a window over the file; fewer at its end.
    private ReadOnlySpan<byte> Bytes(long position, int count)
    {
        if (position < _bufferStart || position + count > _bufferStart + _bufferCount)
        {
            if (_buffer.Length < count || _buffer.Length == 0)
            {
                _buffer = new byte[(int)Math.Max(AlignedBuffer.RoundUp(count), Math.Min(ChunkBytes, _length))];
            }

            _bufferStart = position;
            _bufferCount = _file.ReadAt(position, _buffer);
        }

        var start = (int)(position - _bufferStart);
        return _buffer.AsSpan(start, Math.Min(count, _bufferCount - start));
    }
}
