using ClusterLog.Raft;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

internal sealed partial class WalLane
{
    // The newest sealed files are not asked back: flushing small groups often costs more than a file kept.
    private const int SealedFilesUnasked = 1;

    // Older files that still count, oldest first. Invariant: epochs rise, and all are below the current file's.
    private readonly List<WalFile> _sealed = [];

    // Removed groups, each with the epoch of the file that its removal was first written to.
    private readonly Dictionary<GroupId, ulong> _removed = [];
    private readonly List<WalFile> _releasing = [];
    private long _afterHead;
    private volatile bool _segmentsMoved = true;

    /// <summary>Segments have grown: a file may be free. Any thread.</summary>
    public void SegmentsAdvanced()
    {
        _segmentsMoved = true;
        if (_sealed.Count > 0)
        {
            Wake();
        }
    }

    // Kept back at the end of a file, so that the marks that free an older file can be written even on a full disk.
    private static long ReserveBytes(WalFile file) => Math.Min(1 << 20, file.FileBytes / 16);

    private void TakeOver(WalRecoveryResult recovered)
    {
        foreach (var (id, state) in recovered.Groups)
        {
            var group = GroupOf(id);
            (group.HardState, group.LastIndex, group.Mark) = (state.HardState, state.LastIndex, state.Mark);
            group.SyncsLater = state.SyncsLater;
            group.Start = state.Segments.Start;
        }

        foreach (var id in recovered.Removed)
        {
            _removed[id] = ulong.MaxValue;
        }
    }

    /// <summary>Goes on in the next file; false when there is none yet.</summary>
    private bool TryRoll()
    {
        var next = _files.TryTakeNext();
        if (next is null)
        {
            SetFull(_files.IsFull, "no room for the next WAL file");
            return false;
        }

        if (_current is not null)
        {
            SyncWritten();
            _current.Close();
            _sealed.Add(_current);
        }

        _current = next;
        WriteHead(next);
        for (var i = 0; i < _sealed.Count - SealedFilesUnasked; i++)
        {
            _sealed[i].RequestFlush(_progressOf);
        }

        _segmentsMoved = true;
        _counters.SetWalFiles(_sealed.Count + 1);
        return true;
    }

    // What older files need not be kept for: every group's state and start, removals, and which older files still count.
    private void WriteHead(WalFile file)
    {
        _block.Begin(file.Epoch, _nextSequence);
        _mustSync = true;
        foreach (var group in _groups.Values)
        {
            if (group.Start != default)
            {
                _block.AddGroupStart(group.Progress.Group, group.Start);
            }

            AddState(group);
        }

        var oldest = _sealed.Count > 0 ? _sealed[0].Epoch : file.Epoch;
        foreach (var (id, epoch) in _removed.ToArray())
        {
            if (epoch == ulong.MaxValue)
            {
                _removed[id] = file.Epoch;
            }
            else if (epoch < oldest && _progressOf(id).FolderDeleted)
            {
                _removed.Remove(id);
                continue;
            }

            _block.AddGroupRemoved(id);
        }

        _block.AddFileList(ListFiles(_sealed));
        WriteBlock(file);
        _afterHead = file.Position;
    }

    private static ListedFile[] ListFiles(IEnumerable<WalFile> files) =>
        [.. files.Select(file => new ListedFile(file.Epoch, file.LastSequence))];

    // Finds files that no group needs any more. They are let go once the marks that prove it are durable.
    private void FindReleasable()
    {
        if (!_segmentsMoved)
        {
            return;
        }

        _segmentsMoved = false;
        _releasing.Clear();
        foreach (var file in _sealed)
        {
            if (file.FindPin(_progressOf) is null)
            {
                _releasing.Add(file);
            }
        }
    }

    // Puts into the block what must be on disk before a file is let go: the marks of its groups, and the list without it.
    private void AddReleases()
    {
        if (_releasing.Count == 0)
        {
            return;
        }

        var groups = _releasing.SelectMany(file => file.LiveThrough)
            .Where(item => _groups.TryGetValue(item.Key, out var group) && group.Mark < item.Value)
            .Select(item => item.Key).Distinct().ToArray();
        var kept = ListFiles(_sealed.Except(_releasing));
        var bytes = (long)groups.Length * GroupStateRecord.RecordBytes + FileListRecord.RecordBytes(kept.Length);
        var end = _current!.Position + Disk.AlignedBuffer.RoundUp(_block.Length + bytes);
        if (end > _current.FileBytes)
        {
            // The head of the next file carries all marks: they are let go then.
            _releasing.Clear();
            return;
        }

        _mustSync = true;
        foreach (var id in groups)
        {
            AddState(_groups[id]);
        }

        _block.AddFileList(kept);
    }

    private void ReleaseFiles()
    {
        foreach (var file in _releasing)
        {
            _sealed.Remove(file);
            _files.Release(file);
        }

        _releasing.Clear();
        _counters.SetWalFiles(_sealed.Count + 1);
    }

    private void Forget(GroupId id)
    {
        _groups.Remove(id);
        foreach (var file in _sealed)
        {
            file.LiveThrough.Remove(id);
        }

        _current?.LiveThrough.Remove(id);
        _segmentsMoved = true;
    }
}
