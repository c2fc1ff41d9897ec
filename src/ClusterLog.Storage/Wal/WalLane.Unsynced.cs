using System.Diagnostics;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Wal;

/// <content>
/// Blocks that are acknowledged once written and synced a little later, of groups that ask for it
/// (<see cref="GroupWrite.MaySyncLater"/>). They go through the page cache, by a second descriptor: under O_DSYNC each
/// write would be a sync.
/// <para>
/// Invariant: everything before a block that somebody waits for, in this file and in older ones, was synced before the
/// block is written. So a crash can only lose blocks of which nobody was told more than that they were written, and
/// each block says how far everything before it is known to be synced (<see cref="WalBlockHeader.SyncedThrough"/>).
/// </para>
/// </content>
internal sealed partial class WalLane
{
    private bool _isBootSaved;
    private bool _mustSync;
    private ulong _syncedThrough;
    private long _unsyncedBytes;
    private long _unsyncedSince;

    /// <summary>The longest that the lane's thread may wait before it calls <see cref="RunOnce"/> again.</summary>
    public TimeSpan IdleWait
    {
        get
        {
            var left = _options.UnsyncedTimeMax - _time.GetElapsedTime(Volatile.Read(ref _unsyncedSince));
            return Volatile.Read(ref _unsyncedBytes) == 0 || left > StorageThread.IdleWait ? StorageThread.IdleWait
                : left > TimeSpan.FromMilliseconds(1) ? left
                : TimeSpan.FromMilliseconds(1);
        }
    }

    // Laid out records of this write ask for a sync before they are acknowledged. What others rely on for more than this
    // group's newest records always does: states, configurations, starts.
    private bool NeedsSync(WalGroup group, in GroupWrite write)
    {
        if (!write.MaySyncLater)
        {
            group.SyncsLater = false;
            return true;
        }

        if (write.HardState is not null || write.Snapshot is not null || HoldsConfiguration(write.Entries))
        {
            return true;
        }

        if (group.SyncsLater)
        {
            return !TrySaveBoot();
        }

        // Said durably before the first such block: recovery must know which groups may have lost something.
        if (!TrySaveBoot() || FitOf(2 * Records.GroupStateRecord.RecordBytes) != Fit.Yes)
        {
            return true;
        }

        group.SyncsLater = true;
        AddState(group);
        return true;
    }

    private static bool HoldsConfiguration(IReadOnlyList<LogEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Kind == EntryKind.Configuration)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteBlock(WalFile file)
    {
        if (_mustSync)
        {
            SyncWritten();
        }

        var bytes = _block.Finish(_syncedThrough);
        if (file.Position + bytes.Length > file.FileBytes)
        {
            throw new InvalidOperationException(
                $"A block of {bytes.Length} bytes at {file.Position} does not fit into {file.Path}, "
                + $"which has {file.FileBytes}.");
        }

        var started = Stopwatch.GetTimestamp();
        if (_mustSync)
        {
            file.File!.WriteAt(file.Position, bytes);
            file.File.Sync();
            _syncedThrough = _block.Sequence;
        }
        else
        {
            file.Buffered(_disk).WriteAt(file.Position, bytes);
            _unsyncedSince = _unsyncedBytes == 0 ? _time.GetTimestamp() : _unsyncedSince;
            _unsyncedBytes += bytes.Length;
        }

        _counters.WalWritten(bytes.Length, Stopwatch.GetElapsedTime(started));
        _counters.SetWalUnsyncedBytes(_unsyncedBytes);
        (_isSealed, _writtenAt) = (_block.RecordCount == 0, _time.GetTimestamp());
        file.Position += bytes.Length;
        file.LastSequence = _block.Sequence;
        _nextSequence = _block.Sequence + 1;
    }

    private void SyncIfDue()
    {
        if (_unsyncedBytes >= _options.UnsyncedBytesMax
            || (_unsyncedBytes > 0 && _time.GetElapsedTime(_unsyncedSince) >= _options.UnsyncedTimeMax))
        {
            SyncWritten();
        }
    }

    // All that was written through the page cache; nothing else is ever unsynced.
    private void SyncWritten()
    {
        if (_unsyncedBytes == 0)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        _current!.Buffered(_disk).Sync();
        _counters.WalSynced(Stopwatch.GetElapsedTime(started));
        _unsyncedBytes = 0;
        _counters.SetWalUnsyncedBytes(0);
        _syncedThrough = _nextSequence - 1;
    }

    // Never before the first head is durable, which holds the terms that recovery has raised, of groups that may have lost
    // something: else a crash in between would forget both the terms and the suspicion.
    private bool TrySaveBoot()
    {
        try
        {
            if (!_isBootSaved)
            {
                BootFile.Save(_disk, isClean: false);
            }

            return _isBootSaved = true;
        }
        catch (Disk.DiskFullException)
        {
            // Until there is room everything is synced first.
            return false;
        }
    }

    private void CloseCleanly()
    {
        try
        {
            SyncWritten();
            Seal(bytesKept: 0);
            if (_isBootSaved && _groups.Values.Any(static group => group.SyncsLater))
            {
                BootFile.Save(_disk, isClean: true);
            }
        }
        catch (IOException error)
        {
            // The next start finds out for itself what is there.
            WalLog.NotClosedCleanly(_logger, error);
        }
    }
}
