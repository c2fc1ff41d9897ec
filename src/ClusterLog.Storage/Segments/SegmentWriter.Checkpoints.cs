using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;

namespace ClusterLog.Storage.Segments;

internal sealed partial class SegmentWriter
{
    // Beside the one that the log begins behind: the newest, and the one before should the newest be damaged.
    private const int NewerCheckpointsKept = 2;

    private void SaveCheckpoint(GroupProgress progress, RaftSnapshot snapshot)
    {
        var start = progress.Segments.Start.Index;
        if (snapshot.Index <= start)
        {
            return;
        }

        if (snapshot.Index > progress.Segments.LastIndex)
        {
            throw new InvalidOperationException(
                $"Group {progress.Group}: expected segments up to the checkpoint's index {snapshot.Index}, "
                + $"found them up to {progress.Segments.LastIndex}.");
        }

        CheckpointFiles.Save(_disk, progress.Group, snapshot, makeFolder: false);
        List<Checkpoint> kept = [.. progress.Checkpoints.Where(item => item.Index != snapshot.Index), Checkpoint.Of(snapshot)];
        var first = kept[0].Index == start ? 1 : 0;
        var dropped = kept.GetRange(first, Math.Max(0, kept.Count - first - NewerCheckpointsKept));
        kept.RemoveRange(first, dropped.Count);
        progress.Checkpoints = [.. kept];
        Delete(progress.Group, dropped.Select(item => Checkpoint.PathOf(progress.Group, item.Index)));
    }

    // The WAL says already that nothing before the start counts: what a crash leaves of it is deleted at the next start.
    private void MoveStart(GroupProgress progress, LogStart start, Checkpoint? installed)
    {
        var group = progress.Group;
        var before = progress.Segments;
        if (start.Index <= before.Start.Index)
        {
            return;
        }

        var after = before.From(start);
        Checkpoint[] checkpoints = [.. progress.Checkpoints.Where(item => item.Index < start.Index)];
        progress.Checkpoints =
        [
            .. installed is null ? [] : new[] { installed },
            .. progress.Checkpoints.Where(item => item.Index >= start.Index),
        ];
        progress.Segments = after;
        if (after.Items.Count == 0)
        {
            _active.Remove(group);
            _closed.Remove(group);
        }

        Delete(
            group,
            before.Items.Take(before.Items.Count - after.Items.Count).SelectMany(item => new[] { item.Path, item.IndexPath })
                .Concat(checkpoints.Select(item => Checkpoint.PathOf(group, item.Index))));
        CheckpointLog.StartMoved(_logger, group, start.Index);
    }

    private void Delete(GroupId group, IEnumerable<string> paths)
    {
        var any = false;
        foreach (var path in paths)
        {
            _disk.Delete(path);
            any = true;
        }

        if (any)
        {
            _disk.SyncDirectory(SegmentSnapshot.FolderOf(group));
        }
    }
}
