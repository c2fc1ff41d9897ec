using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>Whoever posts work to a shard hears of its end, also where that is not the work's own.</summary>
public sealed class ShardTests
{
    private static readonly ShardServices Services = new()
    {
        Time = TimeProvider.System,
        Logger = NullLogger.Instance,
        OnStorageFailed = static _ => { },
        Storage = null!,
        Peers = null!,
        Leaders = null!,
        ColdReads = null!,
        Metrics = null!,
        Raft = null!,
    };

    [Fact]
    public void Close_WithWorkQueued_AbandonsItAndTakesNoMore()
    {
        var shard = new Shard(0, Services, new ShardInbox());
        var works = new[] { new Work(null), new Work(null) };
        Assert.All(works, work => Assert.True(shard.Inbox.Post(work)));
        shard.Close();
        Assert.All(works, work => Assert.Equal("abandoned", work.Ended));
        Assert.False(shard.Inbox.Post(new Work(null)));
    }

    [Fact]
    public void Run_OfWorkThatFails_AbandonsItAndThrowsWhatNoReplicaIsToBlameFor()
    {
        var shard = new Shard(0, Services, new ShardInbox());
        var work = new Work(new InvalidOperationException("broken"));
        Assert.Throws<InvalidOperationException>(() => shard.Run(work));
        Assert.Equal("abandoned", work.Ended);
    }

    [Fact]
    public async Task Loop_ThatBreaks_TellsWhyAndAbandonsWhatComesAfter()
    {
        var told = new TaskCompletionSource<Exception>();
        var shard = new Shard(0, Services, new ShardInbox());
        var (first, breaking, later) = (new Work(null), new Work(new InvalidOperationException("broken")), new Work(null));
        shard.Inbox.Post(first);
        shard.Inbox.Post(breaking);
        shard.Inbox.Post(later);
        await using (new ShardLoop(shard, told.SetResult, NullLogger.Instance))
        {
            Assert.Equal("broken", (await told.Task).Message);
        }

        Assert.Equal(("ran", "abandoned", "abandoned"), (first.Ended, breaking.Ended, later.Ended));
    }

    [Fact]
    public async Task AskAsync_AfterTheShardsHaveStopped_IsCancelled()
    {
        var shards = new ShardSet(2, TimeSpan.FromMilliseconds(50), Services, static _ => { });
        Assert.Equal([0, 1], (await shards.AskAllAsync(shard => shard.Id)).Order());
        await shards.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shards.AskAsync(new GroupId(1), shard => shard.Id));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shards.AskAllAsync(shard => shard.Id));
        Assert.False(shards.Post(new GroupId(1), new Work(null)));
    }

    private sealed class Work(Exception? failure) : IShardWork
    {
        public string? Ended { get; private set; }

        public void Run(Shard shard)
        {
            if (failure is not null)
            {
                throw failure;
            }

            Ended = "ran";
        }

        public void Abandon() => Ended = "abandoned";
    }
}
