using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <content>Committed entries on their way to the state machine, from memory or, after a start, from disk.</content>
internal sealed partial class Replica
{
    /// <summary>Most bytes of entries taken from the log at a time.</summary>
    private const int ApplyBytesMax = 4 << 20;

    private bool _isReadingCold;

    // The commit index as of the last output: the log knows of it, though the core may have gone on in this turn.
    private LogIndex _toApply;

    private Term _appliedTerm;
    private long _appliedOffset;

    /// <summary>
    /// True once the entry that opened the present leader's term has been applied here: everything committed before
    /// that leader was elected is then known to this replica.
    /// </summary>
    public bool HasCaughtUp => _appliedTerm == _core.Term;

    /// <summary>Step 12: applies all that is committed and in memory; what is not is read off the shard first.</summary>
    private void ApplyCommitted()
    {
        while (!_isReadingCold && Applied < _toApply)
        {
            var entries = _shard.Applying;
            entries.Clear();
            if (!Log.TryRead(Applied.Next, _toApply, ApplyBytesMax, entries))
            {
                ReadCold();
                return;
            }

            Apply(entries);
            entries.Clear();
        }
    }

    private void Apply(IReadOnlyList<LogEntry> entries)
    {
        var hadCaughtUp = HasCaughtUp;
        foreach (var entry in entries)
        {
            if (entry.Index != Applied.Next)
            {
                throw new InvalidOperationException(
                    $"Group {Group}: entry {entry.Index} cannot be applied, the next to apply is {Applied.Next}.");
            }

            Machine.Apply(entry);
            (Applied, _appliedTerm, _appliedOffset) = (entry.Index, entry.Term, entry.NextOffset);
            _proposals.OnApplied(entry);
            CountForCheckpoint(entry);
        }

        Machine.OnApplied();
        _shard.Services.Applied?.OnApplied(Group, Applied);
        _reads?.OnApplied(Applied);
        if (!hadCaughtUp && HasCaughtUp)
        {
            OnCaughtUp();
        }

        SaveCheckpointIfDue();
    }

    private void ReadCold()
    {
        _isReadingCold = true;
        var view = Log.ColdView();
        var (first, last, installs) = (Applied.Next, _toApply, _installs);
        _shard.Services.ColdReads.Enqueue(() =>
        {
            try
            {
                _shard.Inbox.Post(new ColdEntriesWork(this, installs, view.ReadFromIndex(first, last, ApplyBytesMax), null));
            }
            catch (Exception exception)
            {
                // Whatever it is: an exception here would end a worker that all replicas share.
                _shard.Inbox.Post(new ColdEntriesWork(this, installs, [], exception));
            }
        });
    }

    private sealed class ColdEntriesWork(
        Replica replica, int installs, IReadOnlyList<LogEntry> entries, Exception? error) : IShardWork
    {
        public void Run(Shard shard)
        {
            // What was read before a snapshot took the log's place, or could not be, is of no interest any more.
            if (replica.IsStopped || replica._installs != installs)
            {
                return;
            }

            shard.Touch(replica);
            replica._isReadingCold = false;
            if (error is not null)
            {
                // What is committed cannot be read: the replica must not vote or acknowledge on a log that it lacks.
                replica.Fail(error);
                return;
            }

            replica.Apply(entries);
            replica.ApplyCommitted();
        }
    }
}
