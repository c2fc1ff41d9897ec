using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>Replicas that come and go, with the logs and the states of those that stay.</summary>
public sealed class MembershipTests : IDisposable
{
    private static readonly int[] Founders = [1, 2, 3];

    private readonly HandCluster _cluster = new();
    private readonly PartitionInfo _info = HandCluster.Info(Founders);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void NewReplica_OfATrimmedPartition_LearnsBySnapshotAndTakesAnothersPlace()
    {
        var leader = StartThree();
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, 7, i, $"v{i}").Code);
            _cluster.Tick();
        }

        Trim(leader, 20);
        var added = new ReplicaId(4, 9);
        _cluster.Start(4).Open(_info, added.Incarnation);
        Change(leader, MemberChange.AddLearner(added));
        _cluster.TickUntil(() => _cluster[4].Partition(_info).HighWatermark == 30);
        Assert.True(_cluster[4].Replica(_info.Group).Log.FirstIndex > new LogIndex(1));
        Assert.Contains(added, _cluster[leader].Replica(_info.Group).Followers);

        var leaving = new ReplicaId(leader == 3 ? 2 : 3);
        Change(leader, MemberChange.AddVoter(added), MemberChange.Remove(leaving));
        _cluster.TickUntil(() => !_cluster[4].Replica(_info.Group).Configuration.IsJoint);
        var members = Founders.Select(id => new ReplicaId(id)).Append(added).Where(id => id != leaving).Order();
        Assert.Equal(members, _cluster[4].Replica(_info.Group).Configuration.Voters.ToArray());

        // The one that left may not lead any more; the new one may, and has what it needs.
        _cluster[leader].Replica(_info.Group).TransferLeadership(added);
        _cluster.TickUntil(() => _cluster[4].Replica(_info.Group).IsReadyToServe);
        Assert.True(_cluster.Produce(4, _info, 7, 28, "v28").IsDuplicate);
        Assert.Equal(30, _cluster.Produce(4, _info, 7, 30, "v30").Offset);
    }

    [Fact]
    public void LostDisk_ComesBackUnderAnotherIdentity_AndIsNobodyUntilTakenIn()
    {
        var leader = StartThree();
        Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, 7, 0, "v0").Code);
        var lost = leader == 3 ? 2 : 3;
        _cluster[lost].Storage.Lane.Dispose();
        var replaced = new ReplicaId(lost, 5);
        _cluster.Start(lost, "replaced").Open(_info, replaced.Incarnation);
        _cluster.Tick(50);
        var replica = _cluster[lost].Replica(_info.Group);
        Assert.Equal((LogIndex.Zero, Term.Zero), (replica.Log.LastIndex, replica.Term));
        leader = _cluster.AwaitLeader(_info.Group).Id;

        Change(leader, MemberChange.Remove(new ReplicaId(lost)));
        Change(leader, MemberChange.AddLearner(replaced));
        Change(leader, MemberChange.AddVoter(replaced));
        _cluster.TickUntil(() => replica.Commit == _cluster[leader].Replica(_info.Group).Commit && replica.Applied == replica.Commit);
        Assert.Equal(1, _cluster[lost].Partition(_info).HighWatermark);

        // With one of the others gone, its disk makes the majority.
        _cluster.Cut(Founders.Single(id => id != leader && id != lost));
        Assert.Equal(1, _cluster.Produce(leader, _info, 7, 1, "v1").Offset);
    }

    [Fact]
    public void Replica_ThatLeftAndComesBackAsAnother_BeginsWithWhatTheOldOneLeft()
    {
        var leader = StartThree();
        for (var i = 0; i < 25; i++)
        {
            _cluster.Produce(leader, _info, 7, i, $"v{i}");
        }

        _cluster.Tick(5);
        var leaving = leader == 3 ? 2 : 3;
        Change(leader, MemberChange.Remove(new ReplicaId(leaving)));
        _cluster[leaving].Replica(_info.Group).Stop("the partition has moved away");
        var back = new ReplicaId(leaving, 8);
        var replica = _cluster[leaving].Open(_info, back.Incarnation);
        Assert.True(replica.Applied > new LogIndex(10), $"{replica.Applied}");
        Change(leader, MemberChange.AddVoter(back));
        _cluster.Tick(5);
        Assert.Equal(25, _cluster[leaving].Partition(_info).HighWatermark);

        // What it is now is on its disk.
        _cluster.Restart(leaving);
        Assert.Equal(8u, _cluster[leaving].Open(_info, back.Incarnation).Log.HardState.Incarnation);
        _cluster.Tick(5);
        Assert.Equal(25, _cluster.Produce(leader, _info, 7, 25, "v25").Offset);
    }

    [Fact]
    public void Change_ThatCannotBe_IsRefusedInWords()
    {
        var leader = StartThree();
        var other = Founders.First(id => id != leader);
        var change = new ConfigurationChange(MemberChange.AddLearner(new ReplicaId(4)));
        Assert.Equal(ErrorCode.NotLeader, Refusal(other, change).Code);
        var all = new ConfigurationChange(
            [.. Founders.Select(id => MemberChange.Remove(new ReplicaId(id)))], ChangeTransition.Auto);
        var refusal = Refusal(leader, all);
        Assert.Equal(ErrorCode.InvalidArgument, refusal.Code);
        Assert.Contains("group 1", refusal.Message, StringComparison.Ordinal);
    }

    private BrokerException Refusal(int broker, ConfigurationChange change)
    {
        var work = new ChangeMembersWork(_info.Group, change) { DeadlineMilliseconds = long.MaxValue };
        _cluster[broker].Post(_info.Group, work);
        _cluster.Settle();
        return Assert.IsType<BrokerException>(work.Done.Exception!.InnerException);
    }

    private void Change(int leader, params MemberChange[] members) =>
        _cluster.ChangeMembers(leader, _info.Group, members);

    private void Trim(int leader, long startOffset)
    {
        var trim = new TrimWork(_info, startOffset) { DeadlineMilliseconds = long.MaxValue };
        _cluster[leader].Post(_info.Group, trim);
        _cluster.Tick(2);
        Assert.Equal(startOffset, trim.Done.Result);
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
