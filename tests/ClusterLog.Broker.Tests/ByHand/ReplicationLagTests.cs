using ClusterLog.Broker.Telemetry;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>What a leader tells of followers that are behind.</summary>
public sealed class ReplicationLagTests : IDisposable
{
    private readonly HandCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Of_AFollowerIsAwayAndComesBack_CountsWhatItLacksUntilItHasIt()
    {
        var info = HandCluster.Info(1, 2, 3);
        foreach (var id in new[] { 1, 2, 3 })
        {
            _cluster.Start(id).Open(info);
        }

        var leader = _cluster.AwaitLeader(info.Group);
        _cluster.TickUntil(() => (leader = _cluster.AwaitLeader(info.Group)).Id == 1);
        _cluster.TickUntil(() => ReplicationLag.Of(leader.Shard) is { UnderReplicated: 0 });
        _cluster.Cut(3);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(ErrorCode.None, _cluster.Produce(leader.Id, info, 7, i, $"v{i}").Code);
        }

        var lag = ReplicationLag.Of(leader.Shard);
        Assert.Equal(1, lag.UnderReplicated);
        Assert.Equal(5, lag.EntriesByBroker[3]);
        Assert.Equal(0, lag.EntriesByBroker[2]);
        Assert.Equal(new ReplicationLag(2, lag.EntriesByBroker).UnderReplicated, (lag + lag).UnderReplicated);
        Assert.Equal(0, ReplicationLag.Of(_cluster[2].Shard).UnderReplicated);

        _cluster.Heal(3);
        _cluster.TickUntil(() => ReplicationLag.Of(leader.Shard) is { UnderReplicated: 0 } now && now.EntriesByBroker[3] == 0);
    }
}
