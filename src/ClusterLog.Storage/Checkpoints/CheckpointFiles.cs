using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Checkpoints;

/// <summary>
/// Writes and reads checkpoint files. A file is written under a .tmp name, synced, renamed, and its folder synced: under
/// its own name it is whole, or damaged by something else than a crash.
/// </summary>
internal static class CheckpointFiles
{
    /// <summary>Returns once the file is durable.</summary>
    /// <exception cref="DiskFullException">There is no room; nothing is left behind.</exception>
    public static void Save(IStorageDisk disk, GroupId group, RaftSnapshot snapshot, bool makeFolder)
    {
        if (makeFolder)
        {
            disk.CreateDirectory(SegmentSnapshot.FolderOf(group));
            disk.SyncDirectory(StorageLayout.SegmentsFolder);
        }

        var path = Checkpoint.PathOf(group, snapshot.Index);
        var temporary = path + ".tmp";
        try
        {
            using var file = disk.Open(temporary, FileUse.Create);
            file.WriteAt(0, CheckpointCodec.Encode(group, snapshot));
            file.Sync();
        }
        catch (DiskFullException)
        {
            disk.Delete(temporary);
            throw;
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(SegmentSnapshot.FolderOf(group));
    }

    /// <exception cref="CorruptLogException">The file is missing, or not what was written.</exception>
    public static RaftSnapshot Load(IStorageDisk disk, GroupId group, LogIndex index)
    {
        var path = Checkpoint.PathOf(group, index);
        string problem;
        try
        {
            using var file = disk.Open(path, FileUse.Read);
            var bytes = new byte[file.Length];
            var count = file.ReadAt(0, bytes);
            if (CheckpointCodec.TryDecode(bytes.AsMemory(0, count), group, index, out problem) is { } snapshot)
            {
                return snapshot;
            }

            FormatVersion.RefuseOther(
                path,
                FormatVersion.OtherVersion(bytes.AsSpan(0, count), CheckpointCodec.Magic, CheckpointCodec.Version),
                CheckpointCodec.Version);
        }
        catch (FileNotFoundException)
        {
            problem = "no such file";
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            problem = error.Message;
        }

        throw new CorruptLogException(
            group, path, 0, $"the undamaged checkpoint of group {group} at index {index}", problem);
    }
}
