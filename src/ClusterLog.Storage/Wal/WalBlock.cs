using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <summary>Lays out one group commit in aligned memory. Reused from commit to commit; owned by the WAL lane.</summary>
internal sealed class WalBlock : IDisposable
{
    private readonly AlignedBuffer _buffer;
    private ulong _epoch;

    public WalBlock(int initialBytes)
    {
        _buffer = new AlignedBuffer(initialBytes);
    }

    public ulong Sequence { get; private set; }

    public int RecordCount { get; private set; }

    /// <summary>Bytes laid out, header included, padding not.</summary>
    public int Length { get; private set; }

    public void Begin(ulong epoch, ulong sequence)
    {
        (_epoch, Sequence) = (epoch, sequence);
        (RecordCount, Length) = (0, WalBlockHeader.SizeBytes);
    }

    public void AddEntry(GroupId group, LogEntry entry)
    {
        var target = Reserve(RecordHeader.RecordBytes(entry.Payload.Length));
        RecordHeader.ForEntry(entry, group, _epoch, Sequence).Write(target, entry.Payload.Span);
    }

    public void AddGroupState(in GroupStateRecord state) =>
        state.Write(Reserve(GroupStateRecord.RecordBytes), _epoch, Sequence);

    public void AddGroupStart(GroupId group, in LogStart start) =>
        GroupStartRecord.Write(Reserve(GroupStartRecord.RecordBytes), group, start, _epoch, Sequence);

    public void AddGroupRemoved(GroupId group)
    {
        var target = Reserve(RecordHeader.RecordBytes(0));
        new RecordHeader(RecordType.GroupRemoved, _epoch, Sequence, group).Write(target, []);
    }

    public void AddFileList(ReadOnlySpan<ListedFile> files) =>
        FileListRecord.Write(Reserve(FileListRecord.RecordBytes(files.Length)), files, _epoch, Sequence);

    /// <summary>Writes the header and the zeros up to a whole page; returns all of it, ready for the disk.</summary>
    /// <param name="syncedThrough">The sequence up to which all earlier blocks are synced.</param>
    public ReadOnlySpan<byte> Finish(ulong syncedThrough)
    {
        var padded = (int)AlignedBuffer.RoundUp(Length);
        _buffer.Grow(padded, Length);
        new WalBlockHeader(_epoch, Sequence, Length, RecordCount, syncedThrough).Write(_buffer.Span);
        _buffer.Span[Length..padded].Clear();
        return _buffer.Span[..padded];
    }

    public void Dispose() => _buffer.Dispose();

    private Span<byte> Reserve(int bytes)
    {
        _buffer.Grow(Length + bytes, Length);
        var target = _buffer.Span.Slice(Length, bytes);
        Length += bytes;
        RecordCount++;
        return target;
    }
}
