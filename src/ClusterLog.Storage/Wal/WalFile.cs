using System.Globalization;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Wal;

/// <summary>One WAL file in one use of it: written by the lane, then kept until nothing in it is needed.</summary>
internal sealed class WalFile
{
    private GroupProgress? _pin;
    private IStorageFile? _buffered;

    public WalFile(ulong epoch, long fileBytes, IStorageFile? file)
    {
        Epoch = epoch;
        FileBytes = fileBytes;
        File = file;
    }

    public ulong Epoch { get; }

    public long FileBytes { get; }

    /// <summary>Open while the lane writes to it, else null.</summary>
    public IStorageFile? File { get; private set; }

    public string Path => PathOf(Epoch);

    /// <summary>Where the next block goes, in bytes.</summary>
    public long Position { get; set; } = WalFileHeader.PageBytes;

    /// <summary>The sequence of the last block written or found; 0 when there is none.</summary>
    public ulong LastSequence { get; set; }

    /// <summary>For each group with entries here: the last of them that was not overwritten later.</summary>
    public Dictionary<GroupId, LogIndex> LiveThrough { get; } = [];

    public static string PathOf(ulong epoch) =>
        string.Create(CultureInfo.InvariantCulture, $"{StorageLayout.WalFolder}/{epoch:x16}.wal");

    /// <summary>Entries of a group from <paramref name="first"/> on were written anew, later: these here are void.</summary>
    public void Overwritten(GroupId group, LogIndex first)
    {
        if (LiveThrough.TryGetValue(group, out var through) && through >= first)
        {
            LiveThrough[group] = first.Previous;
        }
    }

    /// <summary>After recovery: nothing here counts behind a log's end, and nothing of a group that is gone.</summary>
    public void LimitTo(IReadOnlyDictionary<GroupId, RecoveredGroup> groups)
    {
        foreach (var (id, through) in LiveThrough.ToArray())
        {
            if (!groups.TryGetValue(id, out var group))
            {
                LiveThrough.Remove(id);
            }
            else if (group.LastIndex < through)
            {
                LiveThrough[id] = group.LastIndex;
            }
        }
    }

    /// <summary>A group that still needs this file, since its entries here are not all in synced segments; or null.</summary>
    public GroupProgress? FindPin(Func<GroupId, GroupProgress> progressOf)
    {
        if (_pin is not null && Pins(_pin))
        {
            return _pin;
        }

        _pin = null;
        foreach (var group in LiveThrough.Keys)
        {
            var progress = progressOf(group);
            if (Pins(progress))
            {
                return _pin = progress;
            }
        }

        return null;
    }

    /// <summary>Asks every group that needs this file to write its segments.</summary>
    public void RequestFlush(Func<GroupId, GroupProgress> progressOf)
    {
        foreach (var group in LiveThrough.Keys)
        {
            var progress = progressOf(group);
            if (Pins(progress))
            {
                progress.FlushWanted = true;
            }
        }
    }

    /// <summary>The same file through the page cache, while the lane writes to it.</summary>
    public IStorageFile Buffered(IStorageDisk disk) => _buffered ??= disk.Open(Path, FileUse.Write);

    public void Close()
    {
        File?.Dispose();
        _buffered?.Dispose();
        (File, _buffered) = (null, null);
    }

    // A removed group pins until its removal is on disk: the lane then takes it out of LiveThrough.
    private bool Pins(GroupProgress progress) =>
        LiveThrough.TryGetValue(progress.Group, out var through)
        && progress.Segments.LastIndex < through;
}
