using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

internal sealed partial class WalLane
{
    private readonly Dictionary<GroupId, WalGroup> _groups = [];

    // Where in the submission at the head of _pending the next record comes from: a submission may span blocks.
    private int _writeNext;
    private WritePlace _place;

    /// <summary>Lays out as much of what waits as one block and the file take; true when the file is too full.</summary>
    private bool BuildBlock()
    {
        _block.Begin(_current!.Epoch, _nextSequence);
        _mustSync = false;
        AddReleases();
        while (!_freeIsLow && _pending.TryPeek(out var work))
        {
            var fit = work.Submission is { } submission ? TryAddWrites(submission)
                : work.Trim is { } start ? TryAddTrim(work.Group, start)
                : work.Remade is { } remade ? TryAddRemade(work.Group, remade, work.Readmits)
                : work.Fence is not null ? Fit.Yes
                : TryAddRemoval(work.Group);
            if (fit != Fit.Yes)
            {
                return fit == Fit.NotInFile;
            }

            _ended.Add(_pending.Dequeue());
            (_writeNext, _place) = (0, default);
        }

        return false;
    }

    private Fit TryAddWrites(WalSubmission submission)
    {
        for (; _writeNext < submission.Writes.Count; _writeNext++, _place = default)
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
        if (write.HardState is null && write.Entries.Count == 0 && write.Snapshot is null)
        {
            return Fit.Yes;
        }

        var group = GroupOf(write.Group);
        _mustSync |= NeedsSync(group, write);
        var fit = write.Snapshot is { } snapshot && !_place.IsReset ? TryAddReset(group, snapshot) : Fit.Yes;
        if (fit == Fit.Yes && write.HardState is { } hardState && !_place.IsStated)
        {
            fit = TryAddState(group, hardState, write.Entries);
        }

        while (fit == Fit.Yes && _place.EntryNext < write.Entries.Count)
        {
            fit = TryAddEntry(group, write.Entries[_place.EntryNext], write.HardState);
        }

        return fit;
    }

    // A state never names a configuration that is not on disk: recovery would take the log for one that has lost it.
    // Where the configuration comes with the same write, the state is written once more, in one block with it.
    private Fit TryAddState(WalGroup group, HardState hardState, IReadOnlyList<LogEntry> entries)
    {
        var fit = FitOf(GroupStateRecord.RecordBytes);
        if (fit != Fit.Yes)
        {
            return fit;
        }

        if (entries.Count > 0 && hardState.ConfigurationIndex >= entries[0].Index)
        {
            var before = group.HardState.ConfigurationIndex;
            hardState = hardState with { ConfigurationIndex = before < entries[0].Index ? before : LogIndex.Zero };
        }

        group.HardState = hardState;
        AddState(group);
        _place.IsStated = true;
        return Fit.Yes;
    }

    private Fit TryAddEntry(WalGroup group, LogEntry entry, HardState? hardState)
    {
        var completesState = entry.Kind == EntryKind.Configuration && hardState?.ConfigurationIndex == entry.Index;
        var bytes = RecordHeader.RecordBytes(entry.Payload.Length);
        var fit = FitOf(completesState ? bytes + GroupStateRecord.RecordBytes : bytes);
        if (fit != Fit.Yes)
        {
            return fit;
        }

        AddEntry(group, entry);
        if (completesState)
        {
            group.HardState = hardState!.Value;
            AddState(group);
        }

        _place.EntryNext++;
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
        group.Progress.Incarnation = group.HardState.Incarnation;
        _block.AddGroupState(new GroupStateRecord(group.Progress.Group, group.HardState, group.Mark, group.SyncsLater));
    }

    private Fit TryAddRemoval(GroupId id)
    {
        var fit = FitOf(RecordHeader.RecordBytes(0));
        if (fit == Fit.Yes)
        {
            _mustSync = true;
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

        /// <summary>The disk has no room for a snapshot's file: tried again later, and all that waits behind it waits.</summary>
        NoRoom,
    }

    /// <summary>How much of one group's write has been laid out.</summary>
    private struct WritePlace
    {
        public bool IsSnapshotSaved;
        public bool IsReset;
        public bool IsStated;
        public int EntryNext;
    }
}
