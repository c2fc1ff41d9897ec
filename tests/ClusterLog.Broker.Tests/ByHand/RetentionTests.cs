using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>Retention on brokers turned by hand: segments of 4 KiB, virtual time.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly int[] All = [1, 2, 3];

    private readonly HandCluster _cluster = new() { Checkpoints = new() { EntriesMax = 1000 } };
    private int _sequence;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Size_UnderLoad_StaysWithinAFifthOnEveryReplica()
    {
        const long Limit = 40_000;
        var info = Info(new TopicConfig { RetentionBytes = Limit });
        var leader = StartThree(info);
        var most = new long[4];
        for (var i = 0; i < 1000; i++)
        {
            Produce(leader, info);
            if (i % 10 == 0)
            {
                _cluster.Tick();
            }

            foreach (var id in All)
            {
                most[id] = Math.Max(most[id], DiskBytes(id));
            }
        }

        _cluster.Tick(5);
        foreach (var id in All)
        {
            Assert.InRange(most[id], Limit * 8 / 10, Limit * 12 / 10);
            Assert.InRange(DiskBytes(id), Limit * 8 / 10, Limit * 12 / 10);
            Assert.Equal(_cluster[leader].Partition(info).StartOffset, _cluster[id].Partition(info).StartOffset);
        }

        var first = _cluster[leader].Partition(info).FirstOffset;
        Assert.Equal((ErrorCode.OffsetOutOfRange, first), Refusal(leader, info, first - 1));
        Assert.Equal(1000 - first, _cluster.Fetch(leader, info, first).Values.Count);
    }

    [Fact]
    public void Size_ThatIsReached_GivesUpNothing()
    {
        var info = Info(new TopicConfig { RetentionBytes = 100_000 });
        var leader = StartThree(info);
        Produce(leader, info, 200);
        _cluster.Tick(100);
        Assert.Equal(0, _cluster[leader].Partition(info).FirstOffset);
    }

    [Fact]
    public void Age_OfAQuietPartition_ExpiresAllOfItAndFreesTheDisk()
    {
        var info = Info(new TopicConfig { RetentionMs = 60_000 });
        var leader = StartThree(info);
        Produce(leader, info, 100);
        _cluster.Tick(550);
        Assert.Equal(0, _cluster[leader].Partition(info).StartOffset);
        _cluster.Tick(130);
        foreach (var id in All)
        {
            Assert.Equal((100, 100), (_cluster[id].Partition(info).StartOffset, _cluster[id].Partition(info).HighWatermark));
            Assert.Equal(100, _cluster[id].Replica(info.Group).Log.FirstOffset);
            Assert.InRange(DiskBytes(id), 0, 1000);
        }

        // Nothing is left to wait for, and nothing more is written.
        var last = _cluster[leader].Replica(info.Group).Log.LastIndex;
        _cluster.Tick(1000);
        Assert.Equal(last, _cluster[leader].Replica(info.Group).Log.LastIndex);
        Assert.Equal(long.MaxValue, _cluster[leader].Replica(info.Group).DueAt);
        Assert.Equal(100, Produce(leader, info).Offset);
        Assert.Single(_cluster.Fetch(leader, info, 100).Values);
    }

    [Fact]
    public void Age_OfAPartitionThatIsWrittenTo_KeepsTheTimeAndLittleMore()
    {
        var info = Info(new TopicConfig { RetentionMs = 60_000 });
        var leader = StartThree(info);
        for (var second = 0; second < 300; second++)
        {
            Produce(leader, info);
            _cluster.Tick(10);
        }

        // A record a second: 60 are to be kept. Segments of 4 KiB hold some 13 of them, and end after 6 s.
        foreach (var id in All)
        {
            Assert.InRange(300 - _cluster[id].Partition(info).StartOffset, 60, 75);
            Assert.InRange(300 - _cluster[id].Replica(info.Group).Log.FirstOffset, 60, 90);
        }
    }

    [Fact]
    public void Age_AfterARestartAndAnotherLeader_GoesOn()
    {
        var info = Info(new TopicConfig { RetentionMs = 60_000 });
        var leader = StartThree(info);
        Produce(leader, info, 30);
        _cluster.Tick(20);
        foreach (var id in All)
        {
            _cluster.Restart(id).Open(info);
        }

        leader = _cluster.AwaitLeader(info.Group).Id;
        _cluster.Cut(leader);
        leader = _cluster.AwaitLeader(info.Group).Id;
        _cluster.TickUntil(() => _cluster[leader].Partition(info).StartOffset == 30, ticksMax: 800);
    }

    [Fact]
    public void Settings_ChangedWhileItIsWrittenTo_AreFollowed()
    {
        var info = Info(TopicConfig.Default);
        var leader = StartThree(info);
        Produce(leader, info, 200);
        _cluster.Tick(20);
        Assert.Equal(0, _cluster[leader].Partition(info).StartOffset);

        Follow(info with { Config = new TopicConfig { RetentionBytes = 20_000 } });
        _cluster.Tick(20);
        var start = _cluster[leader].Partition(info).StartOffset;
        Assert.InRange(start, 100, 180);

        // From now on there are states to begin from often enough, and files go with what is written next.
        for (var i = 0; i < 20; i++)
        {
            Produce(leader, info, 10);
            _cluster.Tick();
        }

        Assert.All(All, id => Assert.InRange(DiskBytes(id), 16_000, 26_000));

        // What is gone is gone, but no more goes.
        start = _cluster[leader].Partition(info).StartOffset;
        Follow(info);
        Produce(leader, info, 200);
        _cluster.Tick(20);
        Assert.Equal(start, _cluster[leader].Partition(info).StartOffset);

        Follow(info with { Config = new TopicConfig { RetentionMs = 1_000 } });
        _cluster.Tick(100);
        Assert.Equal(600, _cluster[leader].Partition(info).StartOffset);

        void Follow(PartitionInfo changed) => Assert.All(All, id => _cluster[id].Partition(info).Follow(changed));
    }

    [Fact]
    public void Compact_WithoutDelete_KeepsWhatIsOldAndMuch()
    {
        var info = Info(new TopicConfig { Cleanup = CleanupPolicy.Compact, RetentionBytes = 1000, RetentionMs = 1000 });
        var leader = StartThree(info);
        Produce(leader, info, 100);
        _cluster.Tick(100);
        Assert.Equal(0, _cluster[leader].Partition(info).StartOffset);
    }

    [Fact]
    public void Follower_BehindWhatWasDeleted_TakesTheSnapshotAndGoesOn()
    {
        var info = Info(new TopicConfig { RetentionBytes = 20_000 });
        var leader = StartThree(info);
        Produce(leader, info, 10);
        var behind = leader == 3 ? 2 : 3;
        _cluster.Cut(behind);
        for (var i = 0; i < 40; i++)
        {
            Produce(leader, info, 10);
            _cluster.Tick();
        }

        Assert.True(_cluster[leader].Replica(info.Group).Log.FirstOffset > 10);
        _cluster.Heal(behind);
        var (ahead, late) = (_cluster[leader].Partition(info), _cluster[behind].Partition(info));
        _cluster.TickUntil(() => late.HighWatermark == ahead.HighWatermark && late.StartOffset == ahead.StartOffset);
        Assert.True(ahead.Capture().Span.SequenceEqual(late.Capture().Span));
        for (var i = 0; i < 40; i++)
        {
            Produce(leader, info, 10);
            _cluster.Tick();
        }

        Assert.True(ahead.Capture().Span.SequenceEqual(late.Capture().Span));
        Assert.InRange(DiskBytes(behind), 16_000, 26_000);
    }

    private static PartitionInfo Info(TopicConfig config) => HandCluster.Info(1, 2, 3) with { Config = config };

    private int StartThree(PartitionInfo info)
    {
        foreach (var id in All)
        {
            _cluster.Start(id).Open(info);
        }

        return _cluster.AwaitLeader(info.Group).Id;
    }

    // Some 300 bytes each.
    private HandReply Produce(int leader, PartitionInfo info, int count = 1)
    {
        HandReply reply = null!;
        for (; count > 0; count--)
        {
            var batch = RawFrames.BatchAt(_cluster.Time.GetUtcNow(), 7, _sequence++, new string('x', 160));
            reply = _cluster.Produce(leader, info, batch);
            Assert.Equal(ErrorCode.None, reply.Code);
        }

        return reply;
    }

    private (ErrorCode Code, long FirstOffset) Refusal(int broker, PartitionInfo info, long offset)
    {
        var fetched = _cluster.Fetch(broker, info, offset);
        return (fetched.Code, fetched.FirstOffset);
    }

    private long DiskBytes(int broker)
    {
        var folder = Path.Combine(_cluster[broker].Folder, "segments", "1");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.log").Sum(file => new FileInfo(file).Length)
            : 0;
    }
}
