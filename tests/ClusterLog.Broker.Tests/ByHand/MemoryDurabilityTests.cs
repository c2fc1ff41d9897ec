using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>Partitions with durability=memory: what is acknowledged is in page caches, and power may go.</summary>
public sealed class MemoryDurabilityTests : IDisposable
{
    private static readonly int[] Founders = [1, 2, 3];

    private readonly HandCluster _cluster = new();
    private readonly PartitionInfo _info =
        HandCluster.Info(Founders) with { Config = TopicConfig.Default with { Durability = Durability.Memory } };

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Produce_IsAcknowledgedBeforeTheSync_WhichFollowsInTime()
    {
        var leader = StartThree();
        Produce(leader, 0);
        Assert.All(Founders, id => Assert.True(_cluster[id].Storage.Counters.WalUnsyncedBytes > 0));

        _cluster.Tick(2);

        Assert.All(Founders, id => Assert.Equal(0, _cluster[id].Storage.Counters.WalUnsyncedBytes));
    }

    [Fact]
    public void ProcessDeath_LosesNothingAndDisturbsNobody()
    {
        var leader = StartThree();
        Produce(leader, 0);
        var follower = leader % 3 + 1;
        var term = _cluster[leader].Replica(_info.Group).Term;

        Assert.Equal(_cluster[leader].Replica(_info.Group).Log.LastIndex, _cluster.Restart(follower).Open(_info).Log.LastIndex);

        _cluster.Tick(20);
        Assert.Equal(term, _cluster[leader].Replica(_info.Group).Term);
        Produce(leader, 1);
    }

    [Fact]
    public void LossOfPower_OfOneFollower_LosesNothing()
    {
        var leader = StartThree();
        var follower = leader % 3 + 1;
        Produce(leader, 0);
        _cluster.Tick(2);
        _cluster.NoteSynced(follower);
        var held = _cluster[follower].Replica(_info.Group).Log.LastIndex;
        Produce(leader, 1, 2, 3);

        // It has told the leader that it holds what it has lost: so that one's term ends.
        var term = _cluster[leader].Replica(_info.Group).Term;
        Assert.Equal(held, _cluster.LosePower(follower).Open(_info).Log.LastIndex);
        _cluster.TickUntil(() => _cluster[leader].Replica(_info.Group).Term > term);
        leader = _cluster.AwaitLeader(_info.Group).Id;
        Produce(leader, 4);
        _cluster.TickUntil(() => _cluster[follower].Partition(_info).HighWatermark == 5);

        Assert.Equal(["v0", "v1", "v2", "v3", "v4"], _cluster.Fetch(leader, _info, 0).Values);
    }

    [Fact]
    public void LossOfPower_OfAll_LosesNoMoreThanWasNotSynced_AndTheGroupGoesOn()
    {
        var leader = StartThree();
        Produce(leader, 0);
        _cluster.Tick(2);
        Array.ForEach(Founders, _cluster.NoteSynced);
        Produce(leader, 1);

        Array.ForEach(Founders, id => _cluster.LosePower(id).Open(_info));

        leader = _cluster.AwaitLeader(_info.Group).Id;
        Assert.Equal(["v0"], _cluster.Fetch(leader, _info, 0).Values);
        Assert.Equal(1, _cluster.Produce(leader, _info, 8, 0, "again").Offset);
    }

    [Fact]
    public void Survivor_ThatCommittedWhatTheOthersLost_ComesBackAsAnotherWithoutIt()
    {
        var leader = StartThree();
        Produce(leader, 0);
        _cluster.Tick(2);
        Array.ForEach(Founders, _cluster.NoteSynced);
        Produce(leader, 1, 2);

        LoseWhatOnlyTheSurvivorHolds(leader);

        _cluster.TickUntil(() => _cluster[leader].Replica(_info.Group).IsStopped);
        Assert.Contains("conflicts with a committed one", _cluster[leader].Replica(_info.Group).StoppedBecause);
        Assert.True(_cluster[leader].Storage.IsQuarantined(_info.Group));

        // What the broker's repair does from here on, by hand.
        var storage = _cluster[leader].Storage;
        PartitionLog? remade = null;
        storage.Reopen(_info.Group, log => remade = log);
        while (remade is null)
        {
            _cluster.Settle();
            Assert.True(storage.Scrubber.RunOnce() || remade is not null, "the log is not made anew");
        }

        Assert.True(storage.HasLostIdentity(_info.Group));
        Assert.True(remade.NextOffset <= 1, "an entry that nobody else has is kept");
    }

    private void LoseWhatOnlyTheSurvivorHolds(int survivor)
    {
        _cluster.Cut(survivor);
        foreach (var id in Founders.Where(id => id != survivor))
        {
            _cluster.LosePower(id).Open(_info);
        }

        var leader = _cluster.AwaitLeader(_info.Group).Id;
        Assert.Equal(1, _cluster.Produce(leader, _info, 8, 0, "other").Offset);
        _cluster.Heal(survivor);
    }

    private void Produce(int leader, params int[] sequences)
    {
        foreach (var sequence in sequences)
        {
            Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, 7, sequence, $"v{sequence}").Code);
        }
    }

    private int StartThree()
    {
        foreach (var id in Founders)
        {
            _cluster.Start(id).Open(_info);
        }

        return _cluster.AwaitLeader(_info.Group).Id;
    }
}
