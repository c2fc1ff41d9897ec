using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

internal sealed partial class WalLane
{
    private readonly Dictionary<GroupId, WalGroup> _groups = [];

    // Where in the submission at the head of _pending the next record comes from: a submission may span blocks.
    private int _writeNext;
    private int _entryNext;
    private bool _stateDone;

    /// <summary>Lays out as much of what waits as one block and the file take; true when the file is too full.</summary>
    private bool BuildBlock()
    {
        _block.Begin(_current!.Epoch, _nextSequence);
        AddReleases();
        while (!_freeIsLow && _pending.TryPeek(out var work))
        {
            var fit = work.Submission is { } submission ? TryAddWrites(submission) : TryAddRemoval(work.Removed);
            if (fit != Fit.Yes)
            {
                return fit == Fit.NotInFile;
            }

            _ended.Add(_pending.Dequeue());
            (_writeNext, _entryNext, _stateDone) = (0, 0, false);
        }

        return false;
    }

    private Fit TryAddWrites(WalSubmission submission)
    {
        for (; _writeNext < submission.Writes.Count; _writeNext++, _entryNext = 0, _stateDone = false)
        {
            var fit = TryAddWrite(submission.Writes[_writeNext]);
            if (fit != Fit.Yes)
            {
                return fit;
            }
        }

        return Fit.Yes;
    }

    private Fit TryAddWrite(in GroupWrite write)
    {
        if (write.HardState is null && write.Entries.Count == 0)
        {
            return Fit.Yes;
        }

        var group = GroupOf(write.Group);
        if (write.HardState is { } hardState && !_stateDone)
        {
            var fit = FitOf(GroupStateRecord.RecordBytes);
            if (fit != Fit.Yes)
            {
                return fit;
            }

            group.HardState = hardState;
            AddState(group);
        }

        _stateDone = true;
        for (; _entryNext < write.Entries.Count; _entryNext++)
        {
            var entry = write.Entries[_entryNext];
            var fit = FitOf(RecordHeader.RecordBytes(entry.Payload.Length));
            if (fit != Fit.Yes)
            {
                return fit;
            }

            AddEntry(group, entry);
        }

        return Fit.Yes;
    }

    private void AddEntry(WalGroup group, LogEntry entry)
    {
        var id = group.Progress.Group;
        if (entry.Index <= group.LastIndex)
        {
            foreach (var file in _sealed)
            {
                file.Overwritten(id, entry.Index);
            }
        }

        _block.AddEntry(id, entry);
        group.LastIndex = entry.Index;
        if (!_removed.ContainsKey(id))
        {
            _current!.LiveThrough[id] = entry.Index;
        }
    }

    private void AddState(WalGroup group)
    {
        group.Mark = group.Progress.Segments.LastIndex;
        _block.AddGroupState(new GroupStateRecord(group.Progress.Group, group.HardState, group.Mark));
    }

    private Fit TryAddRemoval(GroupId id)
    {
        var fit = FitOf(RecordHeader.RecordBytes(0));
        if (fit == Fit.Yes)
        {
            _block.AddGroupRemoved(id);
            _removed[id] = _current!.Epoch;
            Forget(id);
        }

        return fit;
    }

    private WalGroup GroupOf(GroupId id)
    {
        if (!_groups.TryGetValue(id, out var group))
        {
            group = new WalGroup(_progressOf(id));
            _groups.Add(id, group);
        }

        return group;
    }

    private Fit FitOf(int bytes)
    {
        var length = (long)_block.Length + bytes;
        var end = _current!.FileBytes - ReserveBytes(_current);
        if (_current.Position + AlignedBuffer.RoundUp(length) > end)
        {
            // The next file is no larger: rolling on would never end.
            return _afterHead + AlignedBuffer.RoundUp(WalBlockHeader.SizeBytes + bytes) <= end
                ? Fit.NotInFile
                : throw new InvalidOperationException(
                    $"A record of {bytes} bytes does not fit into an empty WAL file of {_current.FileBytes} bytes.");
        }

        return length > BlockBytesMax && _block.RecordCount > 0 ? Fit.NotInBlock : Fit.Yes;
    }

    private enum Fit
    {
        Yes,
        NotInBlock,
        NotInFile,
    }
}
