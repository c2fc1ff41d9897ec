using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Damage;

internal sealed partial class GroupSalvage
{
    private const int CopyBytes = 1 << 20;

    /// <summary>
    /// Moves aside what is damaged, deletes what means nothing, and makes the prefix durable. Only once it is on disk
    /// that the identity is lost; a crash in between leaves what another plan makes of it.
    /// </summary>
    /// <returns>The plan as it was carried out: without the good part of a cut segment, where the disk has no room for
    /// it.</returns>
    public SalvagePlan Apply(SalvagePlan plan)
    {
        var group = plan.Segments.Group;
        var folder = SegmentSnapshot.FolderOf(group);
        var copy = plan.Cut is { } cut ? TryCopy(cut) : null;
        _damaged.Take(plan.Aside);
        if (copy is not null)
        {
            _disk.Rename(copy, plan.Cut!.Path);
        }

        foreach (var path in plan.Superfluous)
        {
            _disk.Delete(path);
        }

        foreach (var segment in plan.Uncertain)
        {
            UncertainTail.MakeDurable(_disk, segment.Path, segment.Length);
        }

        if (plan.Segments.Items.Count + plan.Checkpoints.Length + plan.Superfluous.Count > 0)
        {
            _disk.SyncDirectory(folder);
            _disk.SyncDirectory(StorageLayout.SegmentsFolder);
        }

        return plan.Cut is null || copy is not null ? plan : WithoutCut(plan);
    }

    private static SalvagePlan WithoutCut(SalvagePlan plan)
    {
        var kept = plan.Segments;
        var shorter = new SegmentList(kept.Group, kept.Start, [.. kept.Items.Take(kept.Items.Count - 1)]);
        return plan with
        {
            Segments = shorter,
            Checkpoints = [.. plan.Checkpoints.Where(item => item.Index <= shorter.LastIndex)],
            Cut = null,
        };
    }

    // The good beginning of a damaged file, in a file of its own, synced; null when there is no room for it.
    private string? TryCopy(SegmentSnapshot segment)
    {
        var target = segment.Path + ".tmp";
        try
        {
            using var from = _disk.Open(segment.Path, FileUse.Read);
            using var to = _disk.Open(target, FileUse.Create);
            var buffer = new byte[(int)Math.Min(CopyBytes, segment.Length)];
            for (long position = 0; position < segment.Length;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, segment.Length - position));
                var count = from.ReadAt(position, part);
                if (count == 0)
                {
                    throw new IOException($"{segment.Path} ends at {position}, though it was read up to {segment.Length}.");
                }

                to.WriteAt(position, part[..count]);
                position += count;
            }

            to.Sync();
            return target;
        }
        catch (DiskFullException error)
        {
            DamageLog.NoRoomForPrefix(_logger, error, segment.Path);
            _disk.Delete(target);
            return null;
        }
    }
}
