using ClusterLog.Raft;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <content>A group whose log is made anew: what was submitted before comes to an end, and then counts no more.</content>
internal sealed partial class WalLane
{
    /// <summary>
    /// Any thread. Calls back on the lane's thread once all that was submitted before is durable, with the commit sequence
    /// that comes next: whatever was written of the group has a lower one.
    /// </summary>
    public void Fence(GroupId group, Action<ulong> reached) => Add(new WalWork(null, group, null, 0, Fence: reached));

    /// <summary>Any thread. Records a log that was made anew: all that the WAL has of the group from before is void.</summary>
    public void Remake(RecoveredGroup remade) =>
        Add(new WalWork(null, remade.Segments.Group, null, 0, Remade: remade));

    /// <summary>Any thread. Records that a group that was removed is here again, with an empty log.</summary>
    public void Readmit(RecoveredGroup blank) =>
        Add(new WalWork(null, blank.Segments.Group, null, 0, Remade: blank, Readmits: true));

    private Fit TryAddRemade(GroupId id, RecoveredGroup remade, bool readmits)
    {
        if (_removed.ContainsKey(id) && !readmits)
        {
            return Fit.Yes;
        }

        var fit = FitOf(GroupStartRecord.RecordBytes + GroupStateRecord.RecordBytes);
        if (fit != Fit.Yes)
        {
            return fit;
        }

        _mustSync = true;
        if (_removed.Remove(id))
        {
            // What late writes may have brought back is of the log that was removed.
            _groups.Remove(id);
        }

        var group = GroupOf(id);
        group.Start = remade.Segments.Start with { ResetSequence = _block.Sequence };
        (group.HardState, group.LastIndex, group.SyncsLater) = (remade.HardState, remade.LastIndex, false);
        _block.AddGroupStart(id, group.Start);
        AddState(group);
        VoidAllOf(id);
        return Fit.Yes;
    }

    private void VoidAllOf(GroupId id)
    {
        foreach (var file in _sealed)
        {
            file.LiveThrough.Remove(id);
        }

        _current!.LiveThrough.Remove(id);
        _segmentsMoved = true;
    }

    private void OnRepairDurable(in WalWork work)
    {
        work.Fence?.Invoke(_nextSequence);
        if (work.Remade is { } remade && _groups.TryGetValue(work.Group, out var group))
        {
            group.Progress.StartIndex = remade.Segments.Start.Index;
        }
    }
}
