using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// After a start: asks the leader of each group that this broker has a replica of how far it has committed, and waits until
/// the replica has applied as much. Replicas that come later, as partitions are made or move here, are not waited for. Nor
/// is anything for longer than <see cref="TimeMax"/>: one group that has no leader must not keep clients away from the rest.
/// </summary>
internal sealed class StartCatchUp(ShardSet shards, TimeProvider time)
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    private volatile int _behind;
    private volatile bool _isDone;

    /// <summary>Replicas that are not as far as their leaders were when they were asked.</summary>
    public int Behind => _behind;

    /// <summary>All have caught up, or the time is over.</summary>
    public bool IsDone => _isDone;

    /// <summary>Waits. Once, when this broker takes part in the metadata.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();

        // Which replicas this broker has, the metadata says.
        await ReachAsync([GroupId.Metadata], started, cancellationToken);
        var groups = await shards.AskAllAsync(static shard => shard.Replicas
            .Where(static replica => !replica.IsStopped)
            .Select(static replica => replica.Group).ToArray());
        await ReachAsync([.. groups.SelectMany(static some => some)], started, cancellationToken);
        _behind = 0;
        _isDone = true;
    }

    private async Task ReachAsync(GroupId[] waiting, long started, CancellationToken cancellationToken)
    {
        while (waiting.Length > 0 && time.GetElapsedTime(started) < TimeMax)
        {
            _behind = waiting.Length;
            var deadline = time.GetMilliseconds() + (long)(TimeMax - time.GetElapsedTime(started)).TotalMilliseconds;
            var asked = waiting.Select(group => AskAsync(group, deadline)).ToArray();
            var reached = await Task.WhenAll(asked).WaitAsync(cancellationToken);
            waiting = [.. waiting.Where((_, i) => !reached[i])];
            if (waiting.Length > 0)
            {
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }

    private async Task<bool> AskAsync(GroupId group, long deadline)
    {
        var read = new CatchUpRead(group) { DeadlineMilliseconds = deadline };
        if (!shards.Post(group, read))
        {
            return true;
        }

        var hasReached = await read.HasReached;
        Interlocked.Add(ref _behind, hasReached ? -1 : 0);
        return hasReached;
    }

    /// <summary>Completes once the replica has applied what its group had committed when this was asked.</summary>
    private sealed class CatchUpRead(GroupId group) : PendingRead, IShardWork
    {
        private readonly TaskCompletionSource<bool> _hasReached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>False where its leader could not be asked.</summary>
        public Task<bool> HasReached => _hasReached.Task;

        public void Run(Shard shard)
        {
            if (shard.Find(group) is not { IsStopped: false } replica || replica.IsReadyToServe)
            {
                // It leads, and so knows all; or it is counted elsewhere.
                Complete();
            }
            else
            {
                replica.RequestRead(this);
            }
        }

        /// <inheritdoc/>
        public void Abandon() => Complete();

        protected override void OnCompleted() => _hasReached.TrySetResult(true);

        protected override void OnFailed(ErrorCode code, string message) => _hasReached.TrySetResult(false);
    }
}
