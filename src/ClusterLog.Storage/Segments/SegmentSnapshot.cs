using System.Globalization;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// One segment file as of one moment: all of it up to <see cref="Length"/> is synced and was verified. Immutable; the
/// arrays behind it may grow beyond what this snapshot counts.
/// </summary>
internal sealed record SegmentSnapshot(
    GroupId Group,
    LogIndex BaseIndex,
    long BaseOffset,
    LogIndex LastIndex,
    Term LastTerm,
    long NextOffset,
    long MaxTimestamp,
    long Length,
    ReadOnlyMemory<IndexPoint> Points,
    ReadOnlyMemory<TermStart> Terms,
    ReadOnlyMemory<StoredConfiguration> Configurations)
{
    /// <summary>How often what it holds was compacted; 0 if never.</summary>
    public uint Generation { get; init; }

    public bool IsEmpty => LastIndex < BaseIndex;

    public string Path => $"{FolderOf(Group)}/{Name.FileName}";

    public string IndexPath => $"{FolderOf(Group)}/{Name.IndexName}";

    private SegmentName Name => new(BaseIndex, Generation == 0 ? LogIndex.Zero : LastIndex, Generation);

    public static string FolderOf(GroupId group) =>
        string.Create(CultureInfo.InvariantCulture, $"{StorageLayout.SegmentsFolder}/{group.Value}");

    /// <summary>The last point at or before an index.</summary>
    public IndexPoint PointAtIndex(LogIndex index) => LastPoint(point => point.Index <= index);

    /// <summary>The last point at or before the entry that holds an offset.</summary>
    public IndexPoint PointAtOffset(long offset) => LastPoint(point => point.BaseOffset <= offset);

    /// <summary>The last point before which every entry is older than a timestamp.</summary>
    public IndexPoint PointAtTime(long unixMilliseconds) =>
        LastPoint(point => point.MaxTimestampBefore < unixMilliseconds);

    /// <summary>The first point at or behind a position; null behind the last.</summary>
    public IndexPoint? PointAtOrBehind(long position)
    {
        foreach (var point in Points.Span)
        {
            if (point.Position >= position)
            {
                return point;
            }
        }

        return null;
    }

    /// <summary>The latest timestamp of what lies before the first point behind an offset, or of all if there is none.</summary>
    public long TimeBehind(long offset)
    {
        foreach (var point in Points.Span)
        {
            if (point.BaseOffset > offset)
            {
                return point.MaxTimestampBefore;
            }
        }

        return MaxTimestamp;
    }

    // Invariant: the condition holds for the first point, and once it fails it fails for all that follow.
    private IndexPoint LastPoint(Func<IndexPoint, bool> holds)
    {
        var points = Points.Span;
        var (low, high) = (0, points.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = holds(points[middle]) ? (middle, high) : (low, middle - 1);
        }

        return points[low];
    }
}
