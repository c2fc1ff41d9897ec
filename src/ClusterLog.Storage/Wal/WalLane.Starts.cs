using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <content>
/// Where logs begin. A trim is one record: its checkpoint is on disk before it is asked for. For an installed snapshot
/// the lane writes the checkpoint first, durably, and then the record that makes it the log: a crash in between leaves
/// the old log, and a checkpoint that nobody asks for.
/// </content>
internal sealed partial class WalLane
{
    private long? _noRoomSince;

    /// <summary>The groups whose identity is lost: a state of a new one ends that.</summary>
    public LostIdentities? Lost { get; set; }

    /// <summary>Called once a group's log durably begins elsewhere; with the checkpoint, where it was installed.</summary>
    public Action<GroupProgress, LogStart, Checkpoint?> StartMoved { get; set; } = (_, _, _) => { };

    private Fit TryAddTrim(GroupId id, LogStart start)
    {
        if (_removed.ContainsKey(id))
        {
            return Fit.Yes;
        }

        var group = GroupOf(id);
        var fit = FitOf(GroupStartRecord.RecordBytes);
        if (fit == Fit.Yes)
        {
            _mustSync = true;
            group.Start = start with { ResetSequence = group.Start.ResetSequence };
            _block.AddGroupStart(id, group.Start);
        }

        return fit;
    }

    private Fit TryAddReset(WalGroup group, RaftSnapshot snapshot)
    {
        var id = group.Progress.Group;
        if (_removed.ContainsKey(id))
        {
            // Nothing of it counts any more, and its folder may be gone already.
            _place.IsReset = true;
            return Fit.Yes;
        }

        if (!_place.IsSnapshotSaved && !TrySave(group.Progress, snapshot))
        {
            return Fit.NoRoom;
        }

        _place.IsSnapshotSaved = true;
        var fit = FitOf(GroupStartRecord.RecordBytes);
        if (fit != Fit.Yes)
        {
            return fit;
        }

        group.Start = new LogStart(snapshot.Index, snapshot.Term, snapshot.NextOffset, _block.Sequence);
        group.LastIndex = snapshot.Index;
        _block.AddGroupStart(id, group.Start);
        VoidAllOf(id);
        _place.IsReset = true;
        return Fit.Yes;
    }

    private bool TrySave(GroupProgress progress, RaftSnapshot snapshot)
    {
        if (_noRoomSince is { } since && _time.GetElapsedTime(since) < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        try
        {
            CheckpointFiles.Save(
                _disk, progress.Group, snapshot, makeFolder: progress.Segments.LastIndex == LogIndex.Zero);
            _noRoomSince = null;
            return true;
        }
        catch (DiskFullException error)
        {
            CheckpointLog.NoRoomForSnapshot(_logger, error, progress.Group, snapshot.Index);
            _noRoomSince = _time.GetTimestamp();
            return false;
        }
    }

    private void OnWritesDurable(WalSubmission submission)
    {
        foreach (var write in submission.Writes)
        {
            if (Lost is { Count: > 0 } lost && write.HardState is { } hardState)
            {
                lost.OnDurable(write.Group, hardState.Incarnation);
            }

            if (write.Snapshot is { } snapshot)
            {
                var start = new LogStart(snapshot.Index, snapshot.Term, snapshot.NextOffset);
                OnStartDurable(write.Group, start, Checkpoint.Of(snapshot));
            }
        }
    }

    private void OnStartDurable(GroupId id, LogStart start, Checkpoint? installed)
    {
        if (_groups.TryGetValue(id, out var group))
        {
            // In this order: once the owner sees the index, it hands entries over that are to come behind the move.
            StartMoved(group.Progress, start, installed);
            group.Progress.StartIndex = start.Index;
        }
    }
}
