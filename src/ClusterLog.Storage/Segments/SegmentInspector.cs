using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// Finds out what of a segment file can be believed. Changes nothing, but for <see cref="MakeDurable"/>.
/// </summary>
internal sealed class SegmentInspector
{
    private const int ScanChunkBytes = 1 << 20;

    private readonly IStorageDisk _disk;

    public SegmentInspector(IStorageDisk disk)
    {
        _disk = disk;
    }

    /// <summary>
    /// Looks at one segment. Of a compacted one all counts or nothing: it was whole before it got its name.
    /// </summary>
    /// <param name="fileName">The file's name in the group's folder.</param>
    /// <param name="believesIndex">Whether what the index covers is taken as good without reading it.</param>
    /// <exception cref="DataDirectoryException">The file is of another version of the format.</exception>
    public SegmentInspection Inspect(GroupId group, string fileName, bool believesIndex)
    {
        var name = SegmentName.TryParse(fileName) ?? default;
        var found = Inspect(group, fileName, name, believesIndex);
        if (name.Generation == 0)
        {
            return found;
        }

        var damage = found.Damage;
        if (damage is null && found.Good?.LastIndex != name.LastIndex)
        {
            damage = new CorruptLogException(
                group,
                $"{SegmentSnapshot.FolderOf(group)}/{fileName}",
                found.Good?.Length ?? 0,
                $"entries up to index {name.LastIndex}",
                $"entries up to {found.Good?.LastIndex}");
        }

        return found with
        {
            Good = damage is null ? found.Good! with { Generation = name.Generation } : null,
            Damage = damage,
        };
    }

    private SegmentInspection Inspect(GroupId group, string fileName, SegmentName name, bool believesIndex)
    {
        var folder = SegmentSnapshot.FolderOf(group);
        var path = $"{folder}/{fileName}";
        using var file = _disk.Open(path, FileUse.Read);
        Span<byte> bytes = stackalloc byte[SegmentHeader.SizeBytes];
        var count = file.ReadAt(0, bytes);
        var header = SegmentHeader.TryRead(bytes[..count]);
        var named = name.BaseIndex;
        if (header is not { } valid || valid.Group != group || valid.BaseIndex != named)
        {
            FormatVersion.RefuseOther(path, SegmentHeader.OtherVersion(bytes[..count]), SegmentHeader.Version);
            return new SegmentInspection(null, false, new CorruptLogException(
                group, path, 0, $"a segment header of group {group}, base index {named}", "another or a damaged one"));
        }

        var saved = SegmentSidecar.TryLoad(_disk, group, named, $"{folder}/{name.IndexName}");
        if (saved is not null && saved.Length > file.Length)
        {
            var rest = Scan(group, path, file, new SegmentBuilder(valid));
            return rest with
            {
                Damage = new CorruptLogException(
                    group, path, file.Length, $"{saved.Length} bytes, as its index says", $"{file.Length} bytes"),
                ContradictsIndex = true,
            };
        }

        return Scan(group, path, file, saved is null || !believesIndex ? new SegmentBuilder(valid) : new SegmentBuilder(saved));
    }

    /// <summary>
    /// What was scanned may have been written and not synced when the process died; it counts as durable from here on, once
    /// the folder of all groups is synced too.
    /// </summary>
    public void MakeDurable(SegmentSnapshot segment)
    {
        UncertainTail.MakeDurable(_disk, segment.Path, segment.Length);
        _disk.SyncDirectory(SegmentSnapshot.FolderOf(segment.Group));
    }

    private static SegmentInspection Scan(GroupId group, string path, IStorageFile file, SegmentBuilder builder)
    {
        var (from, end) = (builder.Length, file.Length);
        var cursor = new SegmentCursor(file, from, end, ScanChunkBytes);
        CorruptLogException? damage = null;
        while (damage is null && cursor.Position < end)
        {
            var start = cursor.Position;
            var problem = ReadNext(cursor, builder);
            damage = problem is null ? null : new CorruptLogException(group, path, start, builder.Expected, problem);
        }

        var segment = builder.ToSnapshot();
        return new SegmentInspection(segment.IsEmpty ? null : segment, builder.Length > from, damage);
    }

    // What is wrong with the next record; null when it continues the others. A place that the disk cannot read is
    // damaged.
    private static string? ReadNext(SegmentCursor cursor, SegmentBuilder builder)
    {
        try
        {
            var start = cursor.Position;
            var result = cursor.TryNext(out var header, out var payload);
            var problem = result == RecordReadResult.Ok ? builder.Refuse(header) : cursor.Problem;
            if (problem is null)
            {
                builder.Add(header, payload, (int)(cursor.Position - start));
            }

            return problem;
        }
        catch (IOException error)
        {
            return error.Message;
        }
    }
}
