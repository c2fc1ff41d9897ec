using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Segments;

internal sealed partial class SegmentWriter
{
    // What a crash makes the next start scan of one segment, at most.
    private const long IndexSaveBytes = 32L << 20;

    private void WriteBuffer(GroupId group, SegmentBuilder builder, long position, bool isNew, bool isFirst)
    {
        var folder = SegmentSnapshot.FolderOf(group);
        var path = builder.ToSnapshot().Path;
        if (isFirst)
        {
            _disk.CreateDirectory(folder);
            _disk.SyncDirectory(StorageLayout.SegmentsFolder);
        }

        using var file = _disk.Open(path, isNew ? FileUse.Create : FileUse.Write);
        if (!isNew && file.Length > position)
        {
            // A torn end that recovery dropped: gone before anything stands behind it.
            file.SetLength(position);
        }

        file.WriteAt(position, _buffer.AsSpan(0, _count));
        file.Sync();
        if (isNew)
        {
            _disk.SyncDirectory(folder);
            _closed.Remove(group);
        }
    }

    private void EndSegmentWhenFull(GroupProgress progress, SegmentBuilder builder, long position)
    {
        var isFull = builder.Length >= BytesMaxOf(progress);
        if (isFull)
        {
            _active.Remove(progress.Group);
        }

        if (isFull || position / IndexSaveBytes != builder.Length / IndexSaveBytes)
        {
            SaveIndex(progress.Segments.Items[^1]);
        }
    }

    /// <summary>Writes the index of a segment anew, where the log still has it. The writer's thread.</summary>
    public void SaveIndexOf(GroupProgress progress, LogIndex baseIndex)
    {
        if (progress.Segments.Items.FirstOrDefault(item => item.BaseIndex == baseIndex) is { } segment)
        {
            SaveIndex(segment);
        }
    }

    /// <summary>Forgets what is known of a group's files, which are about to change. The writer's thread.</summary>
    public void LetGo(GroupId group)
    {
        _active.Remove(group);
        _closed.Remove(group);
        _writtenSince.Remove(group);
    }

    private long BytesMaxOf(GroupProgress progress) => progress.Pace.SegmentBytesMax is > 0 and var bytes
        ? Math.Min(bytes, _options.SegmentBytesMax)
        : _options.SegmentBytesMax;

    // A segment whose end nobody waits for would keep what it holds as long as its youngest record is kept.
    private bool EndWhenOld(GroupProgress progress, SegmentSnapshot last)
    {
        var ageMax = progress.Pace.SegmentAgeMax;
        if (ageMax <= TimeSpan.Zero)
        {
            return false;
        }

        if (!_writtenSince.TryGetValue(progress.Group, out var since))
        {
            // It was begun before a restart: its time begins anew, once.
            _writtenSince[progress.Group] = _time.GetTimestamp();
            return false;
        }

        if (_time.GetElapsedTime(since) < ageMax)
        {
            return false;
        }

        _active.Remove(progress.Group);
        SaveIndex(last);
        return true;
    }

    private void SaveIndex(SegmentSnapshot segment)
    {
        try
        {
            SegmentSidecar.Save(_disk, segment);
        }
        catch (IOException error)
        {
            // The index is a cache: without it the next start scans the segment.
            SegmentLog.IndexNotSaved(_logger, error, segment.Path);
        }
    }

    // The disk is full: leave nothing behind the last synced byte, and go on in a new file when there is room.
    private void CutBack(GroupProgress progress)
    {
        var list = progress.Segments;
        _active.Remove(progress.Group);
        var next = new SegmentBuilder(new SegmentHeader(progress.Group, list.LastIndex.Next, list.NextOffset));
        _disk.Delete(next.ToSnapshot().Path);
        if (list.Items.Count == 0)
        {
            return;
        }

        var last = list.Items[^1];
        using (var file = _disk.Open(last.Path, FileUse.Write))
        {
            file.SetLength(last.Length);
            file.Sync();
        }

        _disk.SyncDirectory(SegmentSnapshot.FolderOf(progress.Group));
        _closed.Add(progress.Group);
    }

    private void DeleteFolder(GroupProgress progress)
    {
        var folder = SegmentSnapshot.FolderOf(progress.Group);
        _active.Remove(progress.Group);
        _closed.Remove(progress.Group);
        _writtenSince.Remove(progress.Group);
        foreach (var name in _disk.ListFiles(folder))
        {
            _disk.Delete($"{folder}/{name}");
        }

        _disk.DeleteDirectory(folder);
        _disk.SyncDirectory(StorageLayout.SegmentsFolder);
        progress.FolderDeleted = true;
        SegmentLog.GroupDeleted(_logger, progress.Group);
    }
}
