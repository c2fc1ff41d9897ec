using System.Globalization;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Checkpoints;

/// <summary>
/// Finds out at start which checkpoints of a group can be used. The one that the log begins behind must be there,
/// undamaged: without it the log is damaged, never empty. A newer one that is damaged is passed over, for the log can be
/// replayed from an older one. What lies before the log's start, or behind what segments hold, is left over.
/// </summary>
internal sealed class CheckpointRecovery
{
    private readonly IStorageDisk _disk;
    private readonly ILogger _logger;

    public CheckpointRecovery(IStorageDisk disk, ILogger logger)
    {
        (_disk, _logger) = (disk, logger);
    }

    /// <param name="segments">What the group's segments hold, and where its log begins.</param>
    /// <param name="names">The names of the files in the group's folder.</param>
    /// <param name="leftOver">Gets the paths of files that mean nothing.</param>
    /// <returns>The usable ones, oldest first.</returns>
    /// <exception cref="CorruptLogException">The checkpoint that the log begins behind is missing or damaged.</exception>
    public Checkpoint[] Recover(SegmentList segments, IEnumerable<string> names, List<string> leftOver)
    {
        var found = new List<Checkpoint>();
        if (segments.Start.Index > LogIndex.Zero)
        {
            found.Add(LoadBase(segments.Group, segments.Start));
        }

        var folder = SegmentSnapshot.FolderOf(segments.Group);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (name.EndsWith(".tmp", StringComparison.Ordinal))
            {
                leftOver.Add($"{folder}/{name}");
            }
            else if (IndexOf(name) is { } index && index != segments.Start.Index)
            {
                if (index > segments.Start.Index && index <= segments.LastIndex && TryLoad(segments.Group, index) is { } newer)
                {
                    found.Add(newer);
                }
                else
                {
                    leftOver.Add($"{folder}/{name}");
                }
            }
        }

        if (found.Count > 0 && found[^1].Index > segments.Start.Index)
        {
            // Its name may have been seen only in memory so far, and the log may be trimmed to it from here on.
            _disk.SyncDirectory(folder);
        }

        return [.. found];
    }

    /// <summary>The index that a checkpoint file's name says; null when it is no such name.</summary>
    public static LogIndex? IndexOf(string name) =>
        name.EndsWith(Checkpoint.Extension, StringComparison.Ordinal)
        && ulong.TryParse(
            name.AsSpan(0, name.Length - Checkpoint.Extension.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var index)
            ? new LogIndex(index)
            : null;

    private Checkpoint LoadBase(GroupId group, LogStart start)
    {
        var loaded = Checkpoint.Of(CheckpointFiles.Load(_disk, group, start.Index));
        return loaded.Term == start.Term && loaded.NextOffset == start.NextOffset
            ? loaded
            : throw new CorruptLogException(
                group,
                Checkpoint.PathOf(group, start.Index),
                0,
                $"a checkpoint of term {start.Term} and next offset {start.NextOffset}",
                $"one of term {loaded.Term} and next offset {loaded.NextOffset}");
    }

    private Checkpoint? TryLoad(GroupId group, LogIndex index)
    {
        try
        {
            return Checkpoint.Of(CheckpointFiles.Load(_disk, group, index));
        }
        catch (CorruptLogException error)
        {
            CheckpointLog.PassedOver(_logger, error, group, index);
            return null;
        }
    }
}
