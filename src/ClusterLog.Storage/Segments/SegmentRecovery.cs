using System.Globalization;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Finds out at start what a group's segments hold. What the index file covers is believed (each read checks again);
/// the rest is scanned. A bad end of the last segment is dropped: the WAL still has what was there, or its mark says
/// that it must not be missing. Anything bad before that is corruption.
/// </summary>
internal sealed class SegmentRecovery
{
    private const int ScanChunkBytes = 1 << 20;

    private readonly IStorageDisk _disk;

    public SegmentRecovery(IStorageDisk disk)
    {
        _disk = disk;
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
        var names = files.Where(name => name.EndsWith(".log", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        var items = new List<SegmentSnapshot>();
        for (var i = 0; i < names.Length; i++)
        {
            // What the next one's name says is enough: nothing before the start is looked at, damaged or not.
            var isBefore = i < names.Length - 1 && BaseOf(names[i + 1]) <= start.Index.Next;
            var segment = isBefore ? null : RecoverOne(group, folder, names[i], isLast: i == names.Length - 1);
            if (segment is null || segment.LastIndex <= start.Index)
            {
                leftOver.Add($"{folder}/{names[i]}");
                leftOver.Add($"{folder}/{Path.ChangeExtension(names[i], "idx")}");
            }
            else
            {
                CheckFollows(segment, items.Count > 0 ? items[^1] : null, start);
                items.Add(segment);
            }
        }

        return new SegmentList(group, start, [.. items]);
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

    private static LogIndex BaseOf(string name) =>
        ulong.TryParse(name.AsSpan(0, name.Length - 4), CultureInfo.InvariantCulture, out var number)
            ? new LogIndex(number)
            : LogIndex.Zero;

    private SegmentSnapshot? RecoverOne(GroupId group, string folder, string name, bool isLast)
    {
        var path = $"{folder}/{name}";
        using var file = _disk.Open(path, FileUse.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.SizeBytes];
        var count = file.ReadAt(0, bytes);
        var header = SegmentHeader.TryRead(bytes[..count]);
        var named = BaseOf(name);
        if (header is not { } valid || valid.Group != group || valid.BaseIndex != named)
        {
            return isLast
                ? null
                : throw new CorruptLogException(
                    group, path, 0, $"a segment header of group {group}, base index {named}", "another or a damaged one");
        }

        var saved = SegmentSidecar.TryLoad(_disk, group, named, Path.ChangeExtension(path, "idx"));
        if (saved is not null && saved.Length > file.Length)
        {
            throw new CorruptLogException(
                group, path, file.Length, $"{saved.Length} bytes, as its index says", $"{file.Length} bytes");
        }

        var builder = saved is null ? new SegmentBuilder(valid) : new SegmentBuilder(saved);
        Scan(group, path, file, builder, isLast);
        var segment = builder.ToSnapshot();
        if (segment.IsEmpty)
        {
            return null;
        }

        if (segment.Length > (saved?.Length ?? 0))
        {
            SyncFound(folder, path, segment.Length);
        }

        return segment;
    }

    // What was scanned may have been written and not synced when the process died; it counts as durable from here on.
    private void SyncFound(string folder, string path, long length)
    {
        UncertainTail.MakeDurable(_disk, path, length);
        _disk.SyncDirectory(folder);
        _disk.SyncDirectory(StorageLayout.SegmentsFolder);
    }

    private static void Scan(GroupId group, string path, IStorageFile file, SegmentBuilder builder, bool isLast)
    {
        var cursor = new SegmentCursor(file, builder.Length, file.Length, ScanChunkBytes);
        var end = file.Length;
        while (cursor.Position < end)
        {
            var start = cursor.Position;
            var result = cursor.TryNext(out var header, out var payload);
            var problem = result == RecordReadResult.Ok ? builder.Refuse(header) : cursor.Problem;
            if (problem is null)
            {
                builder.Add(header, payload, (int)(cursor.Position - start));
                continue;
            }

            if (isLast)
            {
                return;
            }

            throw new CorruptLogException(group, path, start, builder.Expected, problem);
        }
    }
}
