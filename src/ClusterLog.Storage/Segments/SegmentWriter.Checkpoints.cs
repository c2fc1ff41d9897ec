using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;

namespace ClusterLog.Storage.Segments;

internal sealed partial class SegmentWriter
{
    // Beside the one that the log begins behind: the newest, and the oldest. A start that moves along at some distance
    // from the log's end reaches the oldest first, and would never reach one of the newest few; should the newest be
    // damaged, a restart goes on from it.
    private const int NewerCheckpointsKept = 2;

    // Where one is kept at the end of every segment: with more, every second goes, and the steps are twice as long. One
    // step is then at most about a thirtieth of the log.
    private const int NewerCheckpointsMax = 64;

    private void SaveCheckpoint(GroupProgress progress, RaftSnapshot snapshot)
    {
        var newest = progress.Checkpoints is { Length: > 0 } checkpoints ? checkpoints[^1].Index : LogIndex.Zero;
        if (snapshot.Index <= LogIndex.Max(newest, progress.Segments.Start.Index))
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
        Delete(
            progress.Group,
            Keep(progress, Checkpoint.Of(snapshot)).Select(item => Checkpoint.PathOf(progress.Group, item.Index)));
    }

    // Takes a checkpoint into the list; returns those that leave it. Never one that the log begins behind.
    private static List<Checkpoint> Keep(GroupProgress progress, Checkpoint saved)
    {
        lock (progress)
        {
            List<Checkpoint> kept = [.. progress.Checkpoints, saved];
            var start = StartOf(progress);
            var newer = kept.Where(item => item.Index > start).ToList();
            var dropped = progress.Pace.KeepsCheckpoints
                ? FarFromEnds(newer, progress.Segments)
                : newer.Skip(1).Take(newer.Count - NewerCheckpointsKept).ToList();
            progress.Checkpoints = [.. kept.Except(dropped)];
            return dropped;
        }
    }

    // Where the log begins at the latest, be it as the segments still have it, as the WAL has it, or as it is about to
    // have it.
    private static LogIndex StartOf(GroupProgress progress) =>
        LogIndex.Max(progress.Segments.Start.Index, LogIndex.Max(progress.StartIndex, progress.TrimIndex));

    /// <summary>Whether the log can do without a checkpoint: it begins behind another one. Any thread.</summary>
    public static bool CanSpare(GroupProgress progress, Checkpoint checkpoint)
    {
        lock (progress)
        {
            return checkpoint.Index > StartOf(progress);
        }
    }

    /// <summary>Takes a checkpoint out of the list, unless the log begins behind it. The writer's thread.</summary>
    public static bool TryDrop(GroupProgress progress, Checkpoint checkpoint)
    {
        lock (progress)
        {
            if (!CanSpare(progress, checkpoint))
            {
                return false;
            }

            progress.Checkpoints = [.. progress.Checkpoints.Where(item => item.Index != checkpoint.Index)];
            return true;
        }
    }

    // Those that allow no segment to go which the one before does not, and of too many every second; never the oldest or
    // the newest.
    private static List<Checkpoint> FarFromEnds(List<Checkpoint> newer, SegmentList segments)
    {
        var dropped = new List<Checkpoint>();
        var kept = new List<Checkpoint>();
        for (var i = 1; i < newer.Count - 1; i++)
        {
            // The last segment goes on: where it is now is no end.
            var next = segments.FirstWhere(segment => segment.LastIndex > newer[i - 1].Index);
            var isBehindAnEnd = next < segments.Items.Count - 1 && segments.Items[next].LastIndex <= newer[i].Index;
            (isBehindAnEnd ? kept : dropped).Add(newer[i]);
        }

        return kept.Count + 2 > NewerCheckpointsMax ? [.. dropped, .. kept.Where((_, i) => i % 2 == 0)] : dropped;
    }

    // The WAL says already that nothing before the start counts: what a crash leaves of it is deleted at the next
    // start.
    private void MoveStart(GroupProgress progress, LogStart start, Checkpoint? installed)
    {
        var group = progress.Group;
        var before = progress.Segments;
        if (start.Index <= before.Start.Index)
        {
            return;
        }

        var after = before.From(start);
        var checkpoints = progress.Checkpoints;
        progress.Segments = after;
        lock (progress)
        {
            progress.Checkpoints =
            [
                .. installed is null ? [] : new[] { installed },
                .. checkpoints.Where(item => item.Index >= start.Index),
            ];
        }

        if (after.Items.Count == 0)
        {
            _active.Remove(group);
            _closed.Remove(group);
        }

        Delete(
            group,
            before.Items.Take(before.Items.Count - after.Items.Count).SelectMany(item => new[] { item.Path, item.IndexPath })
                .Concat(checkpoints.Where(item => item.Index < start.Index).Select(item => Checkpoint.PathOf(group, item.Index))));
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
