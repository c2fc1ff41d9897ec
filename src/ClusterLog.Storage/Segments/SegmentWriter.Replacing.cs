using ClusterLog.Storage.Compaction;

namespace ClusterLog.Storage.Segments;

internal sealed partial class SegmentWriter
{
    /// <summary>
    /// Ends the segment of a group that grows, so that it can be compacted: what comes goes to a new one. The writer's thread.
    /// </summary>
    public void EndLast(GroupProgress progress)
    {
        var list = progress.Segments;
        if (progress.IsQuarantined || list.Items.Count == 0 || list.HasEnded)
        {
            return;
        }

        _active.Remove(progress.Group);
        _closed.Add(progress.Group);
        SaveIndex(list.Items[^1]);
        progress.Segments = list.Ended();
    }

    // The new file has its name, durably, before the list says so and before an old file goes: whoever has the older
    // list reads on from an open file, or finds it gone and takes the newer list. A crash leaves the old files, or both,
    // and names tell which count.
    private void Replace(GroupProgress progress, SegmentReplacement replacement)
    {
        var before = progress.Segments;
        if (progress.Removed || progress.IsQuarantined || before.Replacing(replacement.Sources, replacement.Result) is not { } after)
        {
            _disk.Delete(replacement.TemporaryPath);
            replacement.Complete(isInPlace: false);
            return;
        }

        // A directory without room fails after the renaming too: then this is the second try.
        if (_disk.Exists(replacement.TemporaryPath))
        {
            _disk.Rename(replacement.TemporaryPath, replacement.Result.Path);
        }

        _disk.SyncDirectory(SegmentSnapshot.FolderOf(progress.Group));
        progress.Replacements++;
        progress.Segments = after;
        SaveIndex(replacement.Result);
        Delete(progress.Group, replacement.Sources.SelectMany(item => new[] { item.Path, item.IndexPath }));
        SegmentLog.SegmentsReplaced(
            _logger,
            progress.Group,
            replacement.Sources.Count,
            replacement.Sources.Sum(item => item.Length),
            replacement.Result.Path,
            replacement.Result.Length);
        replacement.Complete(isInPlace: true);
    }
}
