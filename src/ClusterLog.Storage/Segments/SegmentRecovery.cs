using System.Globalization;
using System.Runtime.ExceptionServices;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Finds out at start what a group's segments hold. What the index file covers is believed (each read checks again);
/// the rest is scanned. A bad end of the last segment is dropped: the WAL still has what was there, or its mark says
/// that it must not be missing. Anything bad before that is corruption.
/// </summary>
internal sealed class SegmentRecovery
{
    private readonly IStorageDisk _disk;
    private readonly SegmentInspector _inspector;
    private readonly List<SegmentSnapshot> _uncertain = [];

    public SegmentRecovery(IStorageDisk disk)
    {
        (_disk, _inspector) = (disk, new SegmentInspector(disk));
    }

    /// <summary>The groups that have a folder.</summary>
    public IEnumerable<GroupId> Groups()
    {
        foreach (var name in _disk.ListDirectories(StorageLayout.SegmentsFolder))
        {
            if (ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                yield return new GroupId(id);
            }
        }
    }

    /// <param name="start">Where the group's log begins, as the WAL says.</param>
    /// <param name="files">The names of the files in the group's folder.</param>
    /// <param name="leftOver">
    /// Gets the paths of files that lie before the start, when a crash was quicker than their deletion, and of a last one
    /// that never came to hold anything: the log goes on in the one before, and it must not lie among what follows.
    /// </param>
    /// <exception cref="CorruptLogException">Other than the end of the last segment is damaged.</exception>
    public SegmentList Recover(GroupId group, LogStart start, IEnumerable<string> files, List<string> leftOver)
    {
        var folder = SegmentSnapshot.FolderOf(group);
        var superseded = new List<SegmentName>();
        var names = SegmentName.Current(files, superseded);
        leftOver.AddRange(superseded.SelectMany(name => PathsOf(folder, name)));
        var items = new List<SegmentSnapshot>();
        for (var i = 0; i < names.Count; i++)
        {
            // What the next one's name says is enough: nothing before the start is looked at, damaged or not.
            var isBefore = i < names.Count - 1 && names[i + 1].BaseIndex <= start.Index.Next;
            var segment = isBefore ? null : RecoverOne(group, names[i], isLast: i == names.Count - 1);
            if (segment is null || segment.LastIndex <= start.Index)
            {
                leftOver.AddRange(PathsOf(folder, names[i]));
            }
            else
            {
                CheckFollows(segment, items.Count > 0 ? items[^1] : null, start);
                items.Add(segment);
            }
        }

        return new SegmentList(group, start, [.. items]);
    }

    /// <summary>
    /// What was scanned may have been written and not synced when the process died; it counts as durable from here on.
    /// With thousands of groups nearly all of a start would be this, one after the other.
    /// </summary>
    public void MakeFoundDurable()
    {
        try
        {
            Parallel.ForEach(
                _uncertain, new ParallelOptions { MaxDegreeOfParallelism = _disk.SyncsAtOnceMax }, _inspector.MakeDurable);
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        if (_uncertain.Count > 0)
        {
            _disk.SyncDirectory(StorageLayout.SegmentsFolder);
        }
    }

    // The first one may hold entries from before the log's start too; all others continue the one before.
    private static void CheckFollows(SegmentSnapshot segment, SegmentSnapshot? previous, LogStart start)
    {
        var (index, offset) = (previous?.LastIndex.Next ?? start.Index.Next, previous?.NextOffset ?? start.NextOffset);
        var continues = segment.BaseIndex == index && segment.BaseOffset == offset;
        var reachesBack = previous is null && segment.BaseIndex < index && segment.BaseOffset <= offset;
        if (!continues && !reachesBack)
        {
            throw new CorruptLogException(
                segment.Group,
                segment.Path,
                0,
                $"base index {index}, base offset {offset}",
                $"base index {segment.BaseIndex}, base offset {segment.BaseOffset}");
        }
    }

    private static string[] PathsOf(string folder, SegmentName name) =>
        [$"{folder}/{name.FileName}", $"{folder}/{name.IndexName}"];

    // A compacted segment never grew, so it has no torn end either.
    private SegmentSnapshot? RecoverOne(GroupId group, SegmentName name, bool isLast)
    {
        var found = _inspector.Inspect(group, name.FileName, believesIndex: true);
        if (found.Damage is not null && (!isLast || found.ContradictsIndex || name.Generation > 0))
        {
            throw found.Damage;
        }

        if (found.Good is { } segment && found.IsScanned)
        {
            _uncertain.Add(segment);
        }

        return found.Good;
    }
}
