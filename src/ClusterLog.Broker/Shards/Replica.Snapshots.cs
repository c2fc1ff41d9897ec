using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <content>
/// The state machine's state on disk and between replicas: checkpoints to go on from after a restart, what they allow to
/// be trimmed, and snapshots for members that need what was trimmed.
/// </content>
internal sealed partial class Replica
{
    private long _bytesSinceCheckpoint;
    private long _entriesSinceCheckpoint;
    private long _lastCheckpointAt;

    // The checkpoint that was handed to storage and is not seen on disk yet; zero when there is none.
    private LogIndex _savingCheckpoint;

    // Whether the log was to be cut while its beginning was on the move.
    private bool _trimsAfterMove;

    // Counts the snapshots installed: what was read from disk before one means nothing any more.
    private int _installs;

    /// <summary>Hands the state as of now to storage, which writes it in the background.</summary>
    public void SaveCheckpoint()
    {
        if (IsStopped || Applied < Log.FirstIndex)
        {
            return;
        }

        (_bytesSinceCheckpoint, _entriesSinceCheckpoint) = (0, 0);
        _lastCheckpointAt = _shard.NowMilliseconds;
        _savingCheckpoint = Applied;
        Log.SaveCheckpoint(new RaftSnapshot(
            Applied, _appliedTerm, _appliedOffset, Log.LatestConfiguration(Applied), Machine.Capture()));
    }

    /// <summary>At the start: takes over the newest state on disk, so that only what came after it is replayed.</summary>
    private void RestoreNewestCheckpoint()
    {
        if (Log.LatestCheckpoint is { } checkpoint && Log.ColdView().ReadCheckpoint(checkpoint) is { } snapshot)
        {
            Restore(snapshot);
        }
    }

    private void Restore(RaftSnapshot snapshot)
    {
        Machine.Restore(snapshot);
        (Applied, _appliedTerm, _appliedOffset) = (snapshot.Index, snapshot.Term, snapshot.NextOffset);
    }

    /// <summary>The leader's snapshot has taken the place of the log: the state machine jumps to it.</summary>
    private void Install(RaftSnapshot snapshot)
    {
        var hadCaughtUp = HasCaughtUp;
        Restore(snapshot);
        _shard.Services.Logger.SnapshotInstalled(Group, snapshot.Index, snapshot.Term, snapshot.State.Length);
        _installs++;
        _isReadingCold = false;
        _savingCheckpoint = LogIndex.Zero;
        (_bytesSinceCheckpoint, _entriesSinceCheckpoint) = (0, 0);
        _proposals.OnSnapshotInstalled(Applied);
        _reads?.OnApplied(Applied);
        Machine.OnApplied();
        if (!hadCaughtUp && HasCaughtUp)
        {
            OnCaughtUp();
        }
    }

    private void CountForCheckpoint(LogEntry entry)
    {
        _bytesSinceCheckpoint += entry.SizeBytes;
        _entriesSinceCheckpoint++;
    }

    private void SaveCheckpointIfDue()
    {
        var policy = _shard.Services.Checkpoints;
        if (_bytesSinceCheckpoint >= Math.Min(policy.BytesMax, Machine.CheckpointPace.BytesMax)
            || _entriesSinceCheckpoint >= policy.EntriesMax)
        {
            SaveCheckpoint();
        }

        TrimAfterCheckpoint();
    }

    /// <summary>Something was applied that is to be captured after some time, whatever else comes.</summary>
    private bool IsCheckpointDueByAge =>
        _entriesSinceCheckpoint > 0 && Machine.CheckpointPace.AgeMaxMilliseconds < long.MaxValue;

    private void SaveCheckpointIfOld(long nowMilliseconds)
    {
        if (IsCheckpointDueByAge
            && nowMilliseconds - _lastCheckpointAt >= Machine.CheckpointPace.AgeMaxMilliseconds)
        {
            SaveCheckpoint();
        }
    }

    /// <summary>The log could not be cut while its beginning was on the move: tries again when that has ended.</summary>
    private void TrimAfterMove()
    {
        if (_trimsAfterMove && !Log.IsStartMoving)
        {
            Trim();
        }
    }

    /// <summary>Cuts the log where the state machine wants it, or as soon as that can be.</summary>
    public void Trim()
    {
        _trimsAfterMove = Log.IsStartMoving;
        Machine.TrimLog(Log);
    }

    /// <summary>A checkpoint has reached the disk: the log may need less from now on.</summary>
    private void TrimAfterCheckpoint()
    {
        if (_savingCheckpoint > LogIndex.Zero && Log.LatestCheckpoint?.Index >= _savingCheckpoint)
        {
            _savingCheckpoint = LogIndex.Zero;
            Trim();
        }
    }

    /// <summary>Reads, off the shard, the snapshot that the log begins behind, for a member that needs what was before.</summary>
    private void LoadSnapshot(ReplicaId peer)
    {
        if (Log.BaseCheckpoint is not { } checkpoint)
        {
            // It is being installed here and is not on disk yet.
            _core.SnapshotReady(peer, null);
            return;
        }

        var view = Log.ColdView();
        _shard.Services.ColdReads.Enqueue(() =>
        {
            RaftSnapshot? snapshot = null;
            try
            {
                snapshot = view.ReadCheckpoint(checkpoint);
            }
            catch (CorruptLogException damage)
            {
                _shard.Inbox.Post(new DamageWork(Group, damage));
            }
            catch (Exception exception)
            {
                // The member goes without for now: no answer makes the core ask again at a later tick.
                _shard.Services.Logger.LoadFailed(Group, checkpoint.Index, peer, exception);
            }

            _shard.Inbox.Post(new SnapshotLoadedWork(this, peer, snapshot));
        });
    }

    private sealed class SnapshotLoadedWork(Replica replica, ReplicaId peer, RaftSnapshot? snapshot) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (!replica.IsStopped)
            {
                shard.Touch(replica);
                replica._core.SnapshotReady(peer, snapshot);
            }
        }
    }
}
