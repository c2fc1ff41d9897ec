using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// All shards of a broker: finds the shard of a group (by the group's id, for good), passes on what the peers say, and
/// makes the shards tick.
/// </summary>
internal sealed class ShardSet : IShards, IAsyncDisposable
{
    private readonly ShardLoop[] _loops;
    private readonly TimeSpan _tick;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private Task _ticking = Task.CompletedTask;

    public ShardSet(int shards, TimeSpan tick, ShardServices services, Action<Exception> onFailed)
    {
        _tick = tick;
        _time = services.Time;
        _loops = [.. Enumerable.Range(0, shards).Select(id =>
            new ShardLoop(new Shard(id, services, new ShardInbox()), onFailed, services.Logger))];
    }

    public int Count => _loops.Length;

    /// <summary>The shard that a group belongs to, for good.</summary>
    public int IndexOf(GroupId group) => (int)(group.Value % (ulong)_loops.Length);

    public void StartTicking() => _ticking = Task.Run(TickAsync);

    /// <inheritdoc/>
    public bool Post(GroupId group, IShardWork work) => InboxOf(group).Post(work);

    public void PostToAll(IShardWork work)
    {
        foreach (var loop in _loops)
        {
            loop.Shard.Inbox.Post(work);
        }
    }

    /// <summary>Asks every shard.</summary>
    public async Task<IReadOnlyList<T>> AskAllAsync<T>(Func<Shard, T> question)
    {
        var works = _loops.Select(loop =>
        {
            var work = new AskWork<T>(question);
            if (!loop.Shard.Inbox.Post(work))
            {
                work.Abandon();
            }

            return work.Answer;
        });
        return await Task.WhenAll(works);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _ticking;
        foreach (var loop in _loops)
        {
            await loop.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private ShardInbox InboxOf(GroupId group) => _loops[IndexOf(group)].Shard.Inbox;

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_tick, _time);
        try
        {
            var work = new TickWork(Math.Max(1, (int)(TimeSpan.FromSeconds(1) / _tick)));
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                work = work.Next();
                PostToAll(work);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }
}
