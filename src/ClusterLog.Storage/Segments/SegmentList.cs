using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// All segments of a group as of one moment, in order and without a gap, from where its log begins. Immutable. The
/// oldest may hold entries from before that as well.
/// </summary>
internal sealed class SegmentList
{
    public SegmentList(GroupId group, LogStart start, params SegmentSnapshot[] items)
    {
        (Group, Start, Items) = (group, start, items);
        var last = items.Length > 0 ? items[^1] : null;
        LastIndex = last?.LastIndex ?? start.Index;
        LastTerm = last?.LastTerm ?? start.Term;
        NextOffset = last?.NextOffset ?? start.NextOffset;
    }

    public GroupId Group { get; }

    /// <summary>Where the log begins.</summary>
    public LogStart Start { get; }

    public IReadOnlyList<SegmentSnapshot> Items { get; }

    /// <summary>
    /// Whether the last segment does not grow any more either: what comes goes to a new one. A restart may forget that.
    /// </summary>
    public bool HasEnded
    {
        get => Items.Count > 0 && (field || Items[^1].Generation > 0);
        private init;
    }

    /// <summary>How many segments do not grow any more: all but the last, or all.</summary>
    public int SealedCount => HasEnded ? Items.Count : Math.Max(0, Items.Count - 1);

    /// <summary>Entries up to here are in synced segments, or lie before the log's start.</summary>
    public LogIndex LastIndex { get; }

    /// <summary>The term at <see cref="LastIndex"/>.</summary>
    public Term LastTerm { get; }

    /// <summary>The offset that the first record after <see cref="LastIndex"/> takes.</summary>
    public long NextOffset { get; }

    /// <summary>The list with its last segment replaced by a longer view of it, or with a new one added.</summary>
    public SegmentList With(SegmentSnapshot segment)
    {
        var replaces = Items.Count > 0 && Items[^1].BaseIndex == segment.BaseIndex;
        return new SegmentList(Group, Start, [.. Items.Take(Items.Count - (replaces ? 1 : 0)), segment]);
    }

    /// <summary>The list without what lies before a later start.</summary>
    public SegmentList From(LogStart start) =>
        new(Group, start, [.. Items.Where(item => item.LastIndex > start.Index)]) { HasEnded = HasEnded };

    /// <summary>The same list, whose last segment does not grow any more.</summary>
    public SegmentList Ended() => new(Group, Start, [.. Items]) { HasEnded = true };

    /// <summary>
    /// The list with one segment in the place of neighbours that hold the same entries; null where it does not hold
    /// just these any more, or where they are its last and that grows.
    /// </summary>
    public SegmentList? Replacing(IReadOnlyList<SegmentSnapshot> sources, SegmentSnapshot result)
    {
        var first = FirstWhere(item => item.BaseIndex >= sources[0].BaseIndex);
        if (first + sources.Count > SealedCount)
        {
            return null;
        }

        for (var i = 0; i < sources.Count; i++)
        {
            if (!ReferenceEquals(Items[first + i], sources[i]))
            {
                return null;
            }
        }

        return new SegmentList(Group, Start, [.. Items.Take(first), result, .. Items.Skip(first + sources.Count)])
        {
            HasEnded = HasEnded,
        };
    }

    /// <summary>The first segment for which a condition holds that, once it holds, holds for all that follow; or Count.</summary>
    public int FirstWhere(Func<SegmentSnapshot, bool> holds)
    {
        var (low, high) = (0, Items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(Items[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
