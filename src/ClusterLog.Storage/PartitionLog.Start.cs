using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <content>Where the log begins: checkpoints, the start that follows them, and snapshots in place of the whole log.</content>
internal sealed partial class PartitionLog
{
    // Waits until everything up to its index has been handed over to the segment writer, which then comes to it next.
    private RaftSnapshot? _unsaved;

    /// <summary>
    /// The newest checkpoint on disk: where a restart goes on from; null when there is none. Read its state with
    /// <see cref="LogReadView.ReadCheckpoint"/>.
    /// </summary>
    public Checkpoint? LatestCheckpoint
    {
        get
        {
            var checkpoints = _progress.Checkpoints;
            return checkpoints.Length > 0 && checkpoints[^1].Index >= _start.Index ? checkpoints[^1] : null;
        }
    }

    /// <summary>
    /// The checkpoint that the log begins behind, for followers that need what is older: at <c>FirstIndex - 1</c>. Null
    /// when the log begins with the first entry, and until an installed snapshot is durable.
    /// </summary>
    public Checkpoint? BaseCheckpoint =>
        _start.Index == LogIndex.Zero ? null : Array.Find(_progress.Checkpoints, item => item.Index == _start.Index);

    /// <summary>
    /// Keeps a snapshot of the state machine, as of an entry that is committed and still in the log. It is written in the
    /// background, once segments hold everything up to it; then it is <see cref="LatestCheckpoint"/>. A later one that
    /// comes before that takes its place.
    /// </summary>
    /// <exception cref="InvalidOperationException">The snapshot is not one of this log's committed entries.</exception>
    public void SaveCheckpoint(RaftSnapshot snapshot)
    {
        if (snapshot.Index > _commit || TermAt(snapshot.Index) is { } term && term != snapshot.Term)
        {
            throw new InvalidOperationException(
                $"Group {Group}: expected a checkpoint of term {TermAt(snapshot.Index)} at or before the commit index "
                + $"{_commit}, found one of term {snapshot.Term} at index {snapshot.Index}.");
        }

        if (snapshot.Index > (LatestCheckpoint?.Index ?? _start.Index))
        {
            _unsaved = snapshot;
            QueueCheckpoint();
        }
    }

    /// <summary>
    /// Moves the log's start to the newest checkpoint on disk at or before <paramref name="upTo"/>. What is older can no
    /// longer be read; it is deleted in the background once the WAL has the new start.
    /// </summary>
    /// <returns>
    /// False when no checkpoint allows it, or while an earlier start is not durable yet: nothing has changed.
    /// </returns>
    public bool TrimTo(LogIndex upTo) => TrimToNewest(checkpoint => checkpoint.Index <= upTo);

    /// <summary>The same up to an offset: no record at or behind it goes.</summary>
    /// <inheritdoc cref="TrimTo(LogIndex)" path="/returns"/>
    public bool TrimToOffset(long offset) => TrimToNewest(checkpoint => checkpoint.NextOffset <= offset);

    /// <inheritdoc />
    public void Reset(RaftSnapshot snapshot)
    {
        if (snapshot.Index <= _commit)
        {
            throw new InvalidOperationException(
                $"Group {Group}: expected a snapshot behind the commit index {_commit}, found one at {snapshot.Index}.");
        }

        CountGone(_tailBytes);
        _engine.Counters.AddSegmentQueueBytes(-_waitingBytes);
        (_waitingBytes, _waitingSince, _unsaved) = (0, null, null);
        _start = new LogStart(snapshot.Index, snapshot.Term, snapshot.NextOffset);
        (LastIndex, LastTerm, NextOffset) = (snapshot.Index, snapshot.Term, snapshot.NextOffset);
        _commit = _handedOver = _resetTo = snapshot.Index;
        _tail.Reset(FirstIndex);
        _terms.Reset(snapshot.Index, snapshot.Term);
        _configurations.Reset(snapshot.Configuration);
    }

    private bool TrimToNewest(Predicate<Checkpoint> isAllowed)
    {
        if (_progress.StartIndex < _start.Index || _progress.Removed || _progress.IsQuarantined)
        {
            return false;
        }

        Checkpoint? checkpoint;
        lock (_progress)
        {
            checkpoint = Array.FindLast(_progress.Checkpoints, isAllowed);
            if (checkpoint is null || checkpoint.Index <= _start.Index)
            {
                return false;
            }

            _progress.TrimIndex = checkpoint.Index;
        }

        _start = new LogStart(checkpoint.Index, checkpoint.Term, checkpoint.NextOffset);
        _terms.TrimPrefix(checkpoint.Index);
        _configurations.TrimPrefix(checkpoint.Index);
        while (_tail.Count > 0 && _tail.FirstIndex <= checkpoint.Index)
        {
            CountGone(_tail.RemoveFirst(Leaving));
        }

        _engine.Lane.Trim(Group, _start);
        return true;
    }

    // The segment writer works in order: what was handed over before the checkpoint is in segments when it comes to it.
    private void QueueCheckpoint()
    {
        if (_unsaved is null || _progress.CheckpointQueued || _progress.Removed || _progress.IsQuarantined)
        {
            return;
        }

        if (_handedOver < _unsaved.Index)
        {
            HandOver();
        }

        if (_handedOver >= _unsaved.Index)
        {
            _progress.CheckpointQueued = true;
            _engine.SegmentWriter.Enqueue(new SegmentWrite(_progress, Snapshot: _unsaved));
            _unsaved = null;
        }
    }
}
