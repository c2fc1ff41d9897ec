using ClusterLog.Raft;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Gathers what there is to know about a segment, entry by entry, while it is written or scanned. One owner. Its
/// arrays only grow, so that snapshots can share them.
/// </summary>
internal sealed class SegmentBuilder
{
    /// <summary>
    /// Bytes between two index points: a read passes over at most that much, and an index takes 32 bytes for it.
    /// </summary>
    public const int IndexIntervalBytes = 256 << 10;

    private readonly GroupId _group;
    private readonly LogIndex _baseIndex;
    private readonly long _baseOffset;
    private IndexPoint[] _points = new IndexPoint[4];
    private int _pointCount;
    private TermStart[] _terms = [];
    private StoredConfiguration[] _configurations = [];
    private long _maxTimestamp = long.MinValue;

    public SegmentBuilder(SegmentHeader header)
    {
        (_group, _baseIndex, _baseOffset) = (header.Group, header.BaseIndex, header.BaseOffset);
        (LastIndex, NextOffset, Length) = (header.BaseIndex.Previous, header.BaseOffset, SegmentHeader.SizeBytes);
    }

    public SegmentBuilder(SegmentSnapshot snapshot)
    {
        (_group, _baseIndex, _baseOffset) = (snapshot.Group, snapshot.BaseIndex, snapshot.BaseOffset);
        (LastIndex, LastTerm, NextOffset) = (snapshot.LastIndex, snapshot.LastTerm, snapshot.NextOffset);
        (_maxTimestamp, Length) = (snapshot.MaxTimestamp, snapshot.Length);
        _points = snapshot.Points.ToArray();
        _pointCount = _points.Length;
        _terms = snapshot.Terms.ToArray();
        _configurations = snapshot.Configurations.ToArray();
    }

    public LogIndex LastIndex { get; private set; }

    public Term LastTerm { get; private set; }

    public long NextOffset { get; private set; }

    /// <summary>Bytes of the file up to the end of the last entry added.</summary>
    public long Length { get; private set; }

    public LogIndex BaseIndex => _baseIndex;

    /// <summary>What is wrong with a record as the next of this segment, in words; null when it continues it.</summary>
    public string? Refuse(in RecordHeader header)
    {
        if (header.Type != RecordType.Entry || header.Group != _group || header.Epoch != _baseIndex.Value)
        {
            return $"{header.Type} of group {header.Group} and segment {header.Epoch}";
        }

        return header.Index == LastIndex.Next && header.BaseOffset == NextOffset && header.Term >= LastTerm
            ? null
            : $"index {header.Index}, term {header.Term}, base offset {header.BaseOffset}";
    }

    /// <summary>The next record in the words of <see cref="Refuse"/>.</summary>
    public string Expected => $"index {LastIndex.Next}, term {LastTerm} or later, base offset {NextOffset}, "
        + $"group {_group}, segment {_baseIndex}";

    public void Add(in RecordHeader header, ReadOnlyMemory<byte> payload, int recordBytes)
    {
        if (_pointCount == 0 || Length - _points[_pointCount - 1].Position >= IndexIntervalBytes)
        {
            if (_pointCount == _points.Length)
            {
                Array.Resize(ref _points, _points.Length * 2);
            }

            _points[_pointCount++] = new IndexPoint(header.Index, header.BaseOffset, _maxTimestamp, Length);
        }

        if (header.Term != LastTerm || _terms.Length == 0)
        {
            _terms = [.. _terms, new TermStart(header.Index, header.Term)];
        }

        if (header.Kind == EntryKind.Data)
        {
            _maxTimestamp = Math.Max(_maxTimestamp, header.MaxTimestamp);
        }

        if (header.Kind == EntryKind.Configuration)
        {
            // A copy: the payload may be a slice of a large read buffer.
            _configurations = [.. _configurations, new StoredConfiguration(header.Index, payload.ToArray())];
        }

        (LastIndex, LastTerm) = (header.Index, header.Term);
        NextOffset = header.BaseOffset + header.OffsetCount;
        Length += recordBytes;
    }

    public SegmentSnapshot ToSnapshot() => new(
        _group,
        _baseIndex,
        _baseOffset,
        LastIndex,
        LastTerm,
        NextOffset,
        _maxTimestamp,
        Length,
        _points.AsMemory(0, _pointCount),
        _terms,
        _configurations);
}
