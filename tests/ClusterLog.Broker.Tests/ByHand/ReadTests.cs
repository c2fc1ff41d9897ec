using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>The latest offset counts what was acknowledged before the question, or is not told.</summary>
public sealed class ReadTests : IDisposable
{
    private readonly HandCluster _cluster = new();
    private readonly PartitionInfo _info = HandCluster.Info(1, 2, 3);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void LatestOffset_OnTheLeader_CountsAllThatWasAcknowledged()
    {
        var leader = StartThree();
        for (var i = 0; i < 5; i++)
        {
            _cluster.Produce(leader, _info, 7, i, "v");
            var latest = Ask(leader);
            _cluster.Settle();
            Assert.Equal((ErrorCode.None, i + 1L), Answer(latest));
        }

        var other = leader == 1 ? 2 : 1;
        Assert.Equal(ErrorCode.NotLeader, Answer(Ask(other)).Code);
    }

    [Fact]
    public void LatestOffset_OnALeaderThatWasReplacedUnawares_IsNotTold()
    {
        var old = StartThree();
        _cluster.Produce(old, _info, 7, 0, "before");
        _cluster.Cut(old);
        Assert.True(_cluster[old].Replica(_info.Group).IsReadyToServe);
        var asked = Ask(old);
        var leader = _cluster.AwaitLeader(_info.Group).Id;
        Assert.NotEqual(old, leader);
        Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, 7, 1, "after").Code);
        Assert.Equal((ErrorCode.None, 2L), Answer(Ask(leader)));

        // The old one never says 1: it waits for a majority, and then learns that it leads no more.
        _cluster.TickUntil(() => asked.Answer.IsCompleted);
        Assert.Equal(ErrorCode.NotLeader, Answer(asked).Code);
        _cluster.Heal(old);
        _cluster.Tick(20);
        Assert.Equal(2, _cluster[old].Partition(_info).HighWatermark);
    }

    [Fact]
    public void LatestOffset_WithoutAMajority_EndsWithItsDeadline()
    {
        var leader = StartThree();
        var asked = new LatestOffsetWork(_info) { DeadlineMilliseconds = 0 };
        foreach (var id in new[] { 1, 2, 3 }.Where(id => id != leader))
        {
            _cluster.Cut(id);
        }

        _cluster[leader].Post(_info.Group, asked);
        _cluster.Tick();
        Assert.Equal(ErrorCode.RequestTimedOut, Answer(asked).Code);
    }

    [Fact]
    public void LatestOffset_OnAReplicaThatStops_FailsAtOnce()
    {
        var leader = StartThree();
        _cluster.Cut(leader);
        var asked = Ask(leader);
        Assert.False(asked.Answer.IsCompleted);
        _cluster[leader].Replica(_info.Group).Stop("the test says so");
        Assert.Equal(ErrorCode.StorageFailed, Answer(asked).Code);
        Assert.Equal(ErrorCode.NotLeader, Answer(Ask(leader)).Code);
    }

    private static (ErrorCode Code, long Offset) Answer(LatestOffsetWork asked)
    {
        Assert.True(asked.Answer.IsCompletedSuccessfully, "there is no answer");
        return asked.Answer.Result;
    }

    private LatestOffsetWork Ask(int broker)
    {
        var work = new LatestOffsetWork(_info) { DeadlineMilliseconds = long.MaxValue };
        _cluster[broker].Post(_info.Group, work);
        _cluster.Settle();
        return work;
    }

    private int StartThree()
    {
        foreach (var id in new[] { 1, 2, 3 })
        {
            _cluster.Start(id).Open(_info);
        }

        return _cluster.AwaitLeader(_info.Group).Id;
    }
}
