using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>All segments of a group as of one moment, in order and without a gap. Immutable.</summary>
internal sealed class SegmentList
{
    public SegmentList(GroupId group, IReadOnlyList<SegmentSnapshot> items)
    {
        Group = group;
        Items = items;
        var last = items.Count > 0 ? items[^1] : null;
        LastIndex = last?.LastIndex ?? LogIndex.Zero;
        LastTerm = last?.LastTerm ?? Term.Zero;
        NextOffset = last?.NextOffset ?? 0;
    }

    public GroupId Group { get; }

    public IReadOnlyList<SegmentSnapshot> Items { get; }

    /// <summary>Entries up to here are in synced segments; zero when none is.</summary>
    public LogIndex LastIndex { get; }

    /// <summary>The term at <see cref="LastIndex"/>.</summary>
    public Term LastTerm { get; }

    /// <summary>The offset that the first record after <see cref="LastIndex"/> takes.</summary>
    public long NextOffset { get; }

    /// <summary>The list with its last segment replaced by a longer view of it, or with a new one added.</summary>
    public SegmentList With(SegmentSnapshot segment)
    {
        var replaces = Items.Count > 0 && Items[^1].BaseIndex == segment.BaseIndex;
        return new SegmentList(Group, [.. Items.Take(Items.Count - (replaces ? 1 : 0)), segment]);
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
