using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <content>What the core wants done: writes, messages, and the release of messages that waited for a write.</content>
internal sealed partial class Replica
{
    /// <summary>Outputs whose token the disk has not confirmed, oldest first. Bounded by the core's byte windows.</summary>
    private readonly Queue<PendingWrite> _pendingWrites = new();

    /// <summary>Step 10: takes the core's outputs until it has none, adding what must be written to the turn's submission.</summary>
    public void EndTurn(WalSubmission submission)
    {
        do
        {
            while (!IsStopped && _core.HasOutput)
            {
                TakeOutput(submission);
            }
        }
        while (ReconcileMembers() || ServeParked());
    }

    /// <summary>Step 11: one write is on disk; the core counts it and what waited for it leaves.</summary>
    public void OnDurable(PendingWrite written)
    {
        if (IsStopped)
        {
            return;
        }

        _shard.Touch(this);
        while (_pendingWrites.TryDequeue(out var pending))
        {
            Release(pending);
            if (ReferenceEquals(pending, written))
            {
                break;
            }
        }

        // Outputs that wrote nothing of their own waited only for what is now durable.
        while (_pendingWrites.TryPeek(out var next) && !next.IsSubmitted)
        {
            Release(_pendingWrites.Dequeue());
        }
    }

    private void TakeOutput(WalSubmission submission)
    {
        var output = _core.TakeOutput();
        if (output.Snapshot is { } snapshot)
        {
            Install(snapshot);
        }

        Send(output.Messages);
        AwaitDisk(output, submission);
        foreach (var load in output.Loads)
        {
            Load(load);
        }

        foreach (var peer in output.SnapshotsWanted)
        {
            LoadSnapshot(peer);
        }

        if (output.StateChanged || output.ConfigurationChanged)
        {
            LookAgain();
        }

        if (output.StateChanged)
        {
            OnStateChanged();
        }

        Log.CommitTo(output.Commit);
        _toApply = output.Commit;
        AnswerReads(output);
        ApplyCommitted();
    }

    /// <summary>The group has fallen quiet: lets go of the room that its busier times have left.</summary>
    public void TrimExcess()
    {
        _pendingWrites.TrimExcess();
        _proposals.TrimExcess();
    }

    private void AwaitDisk(RaftOutput output, WalSubmission submission)
    {
        if (output.Token is not { } token)
        {
            return;
        }

        // The first write of an identity that took over another's log says whose log it is from now on.
        var hardState = output.HardState ?? (_isIdentityUnwritten ? _core.PendingHardState : null);
        var writes = hardState is not null || output.Snapshot is not null || output.Entries.Count > 0;
        var pending = new PendingWrite(this, output, token, writes);
        if (writes)
        {
            _isIdentityUnwritten = false;
            submission.Add(
                new GroupWrite(
                    Group, hardState, output.Entries, token, pending, output.Snapshot, Machine.MaySyncLater));
            _pendingWrites.Enqueue(pending);
        }
        else if (_pendingWrites.Count > 0)
        {
            _pendingWrites.Enqueue(pending);
        }
        else
        {
            Release(pending);
        }
    }

    private void Release(PendingWrite pending)
    {
        _core.Durable(pending.Token);
        Send(pending.Output.MessagesAfterDurable);
        if (Leads && pending.Token.Term == _core.Term)
        {
            _proposals.OnDurable(pending.Token.LastIndex);
        }
    }

    private void Send(List<RaftMessage> messages)
    {
        foreach (var message in messages)
        {
            _shard.Services.Peers.Send(message.To, Group, message);
        }
    }

    /// <summary>Reads, off the shard, entries that have left memory, for a follower that is far behind.</summary>
    private void Load(LoadRequest request)
    {
        // One that is coming in waits for its turn, to be asked about again at a later tick; a member never does.
        var budget = Configuration.IsVoter(request.Peer) ? null : _shard.Services.CatchUp;
        if (budget is not null && !budget.TryTake(request.BytesMax))
        {
            _shard.Inbox.Post(new LoadedWork(this, request, []));
            return;
        }

        var view = Log.ColdView();
        _shard.Services.ColdReads.Enqueue(() =>
        {
            IReadOnlyList<LogEntry> entries = [];
            try
            {
                entries = view.ReadFromIndex(request.First, request.Last, request.BytesMax);
            }
            catch (CorruptLogException damage)
            {
                _shard.Inbox.Post(new DamageWork(Group, damage));
            }
            catch (Exception exception)
            {
                // The follower goes without for now: an empty answer makes the core ask again at a later tick.
                _shard.Services.Logger.LoadFailed(Group, request.First, request.Peer, exception);
            }

            budget?.Return(request.BytesMax - entries.Sum(static entry => (long)entry.SizeBytes));
            _shard.Inbox.Post(new LoadedWork(this, request, entries));
        });
    }

    private sealed class LoadedWork(Replica replica, LoadRequest request, IReadOnlyList<LogEntry> entries) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (!replica.IsStopped)
            {
                shard.Touch(replica);
                replica._core.Loaded(request.Peer, request.First, entries);
            }
        }
    }
}
