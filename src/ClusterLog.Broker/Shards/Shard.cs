using ClusterLog.Broker.Hosting;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Many groups, one thread: takes work in turns; at the end of each turn it makes one submission to the WAL for all
/// groups that were active in it, and lets the peers' messages leave beside that write. No locks: everything that
/// belongs to its groups is touched only here. Driven by <see cref="ShardLoop"/>, or by hand in a simulation.
/// </summary>
internal sealed class Shard : IStorageCompletion
{
    private readonly Dictionary<GroupId, Replica> _replicas = [];
    private readonly List<Replica> _active = [];
    private readonly TimeProvider _time;
    private Replica? _touched;

    public Shard(int id, ShardServices services, ShardInbox inbox)
    {
        Id = id;
        Services = services;
        Inbox = inbox;
        _time = services.Time;
    }

    public int Id { get; }

    public ShardServices Services { get; }

    public ShardInbox Inbox { get; }

    public IReadOnlyCollection<Replica> Replicas => _replicas.Values;

    /// <summary>Whether the broker stops, and so gives leadership away and takes over none.</summary>
    public bool IsHandingOver { get; set; }

    /// <summary>A monotonic clock in milliseconds, for deadlines only.</summary>
    public long NowMilliseconds => _time.GetMilliseconds();

    public void Add(Replica replica) => _replicas.Add(replica.Group, replica);

    public void Remove(Replica replica)
    {
        _replicas.Remove(replica.Group);
        replica.Stop("the group was removed");
    }

    /// <summary>Takes out a replica that has stopped, and gives its log to the one that follows it.</summary>
    public PartitionLog Release(Replica stopped)
    {
        _replicas.Remove(stopped.Group);
        return stopped.Log;
    }

    public Replica? Find(GroupId group) => _replicas.GetValueOrDefault(group);

    /// <summary>Marks a replica as active in this turn, and as the one to blame for what the current work throws.</summary>
    public void Touch(Replica replica)
    {
        _touched = replica;
        if (!replica.IsActive)
        {
            replica.IsActive = true;
            _active.Add(replica);
        }
    }

    /// <summary>Steps 8 and 9 of the way of a produce: one piece of work.</summary>
    public void Run(IShardWork work)
    {
        _touched = null;
        try
        {
            work.Run(this);
        }
        catch (Exception exception)
        {
            work.Abandon();
            if (_touched is null)
            {
                throw;
            }

            _touched.Fail(exception);
        }
    }

    /// <summary>Runs one replica's part of a work: a broken invariant stops the replica that has it, and nothing else.</summary>
    public static void Guard<TState>(Replica replica, TState state, Action<Replica, TState> part)
    {
        try
        {
            part(replica, state);
        }
        catch (Exception exception)
        {
            replica.Fail(exception);
        }
    }

    /// <summary>Step 10: what all active groups want written goes to the WAL as one submission, and messages leave.</summary>
    public void EndTurn()
    {
        var submission = new WalSubmission(this);

        // A replica may be touched again while outputs are taken; the list then grows, and is walked to its end.
        for (var i = 0; i < _active.Count; i++)
        {
            var replica = _active[i];
            replica.IsActive = false;
            Guard(replica, submission, static (active, writes) => active.EndTurn(writes));
        }

        _active.Clear();
        if (submission.Writes.Count > 0)
        {
            Services.Storage.Submit(submission);
        }

        Services.Peers.Flush();
    }

    /// <inheritdoc/>
    public void OnDurable(WalSubmission submission) => Inbox.Post(new DurableWork(submission));

    /// <inheritdoc/>
    public void OnFailed(WalSubmission submission, Exception error) => Inbox.Post(new StorageFailedWork(error));

    /// <summary>The loop has ended: answers all who still wait for a commit, or for work that will not run any more.</summary>
    public void Close()
    {
        Inbox.Close();
        while (Inbox.TryTake(out var work))
        {
            work!.Abandon();
        }

        foreach (var replica in _replicas.Values)
        {
            replica.Close();
        }
    }

    /// <summary>Stops every replica: the disk has failed, and nothing may be acknowledged any more.</summary>
    public void OnStorageFailed(Exception error)
    {
        foreach (var replica in _replicas.Values)
        {
            replica.Fail(error);
        }

        Services.OnStorageFailed(error);
    }

    /// <summary>Step 11, first half: the disk holds what one turn wrote.</summary>
    private sealed class DurableWork(WalSubmission submission) : IShardWork
    {
        public void Run(Shard shard)
        {
            foreach (var write in submission.Writes)
            {
                var pending = (PendingWrite)write.Context!;
                Guard(pending.Replica, pending, static (replica, durable) => replica.OnDurable(durable));
            }
        }
    }

    private sealed class StorageFailedWork(Exception error) : IShardWork
    {
        public void Run(Shard shard) => shard.OnStorageFailed(error);
    }
}
