using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <content>What goes to the disks, and what comes back from them.</content>
internal sealed partial class Shard
{
    private readonly HashSet<StorageEngine> _failed = [];
    private WalSubmission?[] _submissions = [];

    /// <inheritdoc/>
    public void OnDurable(WalSubmission submission) => Inbox.Post(new DurableWork(submission));

    /// <inheritdoc/>
    public void OnFailed(WalSubmission submission, Exception error) =>
        Inbox.Post(new StorageFailedWork(((PendingWrite)submission.Writes[0].Context!).Replica.Log.Storage, error));

    /// <summary>Stops the replicas of directories that have failed: nothing of theirs may be acknowledged any more.</summary>
    public void StopFailed()
    {
        foreach (var storage in Services.Storage.Engines)
        {
            if (storage.Failure is { } failure && !_failed.Contains(storage))
            {
                OnStorageFailed(storage, failure);
            }
        }
    }

    // What this turn writes, for each directory.
    private WalSubmission SubmissionTo(StorageEngine storage)
    {
        if (storage.Ordinal >= _submissions.Length)
        {
            Array.Resize(ref _submissions, storage.Ordinal + 1);
        }

        return _submissions[storage.Ordinal] ??= new WalSubmission(this);
    }

    private void Submit()
    {
        for (var ordinal = 0; ordinal < _submissions.Length; ordinal++)
        {
            if (_submissions[ordinal] is { Writes.Count: > 0 } submission)
            {
                // It is the lane's from now on.
                _submissions[ordinal] = null;
                Services.Storage.Engines[ordinal].Submit(submission);
            }
        }
    }

    private void OnStorageFailed(StorageEngine storage, Exception error)
    {
        _failed.Add(storage);
        var goesOn = Services.Storage.Failure is null;
        foreach (var replica in _replicas.Values.Where(replica => replica.Log.Storage == storage && !replica.IsStopped))
        {
            replica.Fail(error);
            if (goesOn)
            {
                Services.OnDirectoryFailed(replica, error.Message);
            }
        }

        if (!goesOn)
        {
            Services.OnStorageFailed(error);
        }
    }

    /// <summary>Step 11, first half: the disk holds what one turn wrote.</summary>
    internal sealed class DurableWork(WalSubmission submission) : IShardWork
    {
        public WalSubmission Submission => submission;

        public void Run(Shard shard)
        {
            foreach (var write in submission.Writes)
            {
                var pending = (PendingWrite)write.Context!;
                Guard(pending.Replica, pending, static (replica, durable) => replica.OnDurable(durable));
            }
        }
    }

    private sealed class StorageFailedWork(StorageEngine storage, Exception error) : IShardWork
    {
        public void Run(Shard shard) => shard.OnStorageFailed(storage, error);
    }
}
