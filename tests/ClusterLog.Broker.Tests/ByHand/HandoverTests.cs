using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>What producers notice while leadership moves on purpose.</summary>
public sealed class HandoverTests : IDisposable
{
    private readonly HandCluster _cluster = new();
    private readonly PartitionInfo _info = HandCluster.Info(1, 2, 3);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Produce_WhileLeadershipIsHandedOver_IsSentToTheNewLeaderOnceThatIsKnown()
    {
        var leader = StartThree();
        Assert.Equal(ErrorCode.None, _cluster.Produce(leader.Id, _info, 7, 0, "a").Code);
        leader.Replica(_info.Group).HandOver(anyone: false);
        Assert.True(leader.Replica(_info.Group).IsBeingHandedOver);
        var reply = _cluster.Produce(leader.Id, _info, 7, 1, "b");

        Assert.Equal(ErrorCode.NotLeader, reply.Code);
        Assert.NotEqual(leader.Id, reply.Leader.Replica.Value);
        var next = _cluster[reply.Leader.Replica.Value];
        Assert.True(next.Replica(_info.Group).IsReadyToServe);
        Assert.Equal(next.Replica(_info.Group).Term, reply.Leader.Term);
        Assert.Equal(1, _cluster.Produce(next.Id, _info, 7, 1, "b").Offset);
    }

    [Fact]
    public void Produce_WhileAHandoverFails_IsServedByTheOldLeaderInOrder()
    {
        var leader = StartThree();
        var target = leader.Id == 3 ? 2 : 3;
        _cluster.Cut(target);
        leader.Replica(_info.Group).TransferLeadership(new ReplicaId(target));
        HandReply[] replies =
        [
            _cluster.Produce(leader.Id, _info, 7, 0, "a"),
            _cluster.Produce(leader.Id, _info, 7, 1, "b"),
            _cluster.Produce(leader.Id, _info, 7, 2, "c"),
        ];
        Assert.All(replies, static reply => Assert.Null(reply.Code));

        _cluster.TickUntil(() => replies[2].Code is not null, ticksMax: 30);
        Assert.All(replies, static reply => Assert.Equal(ErrorCode.None, reply.Code));
        Assert.Equal([0L, 1, 2], replies.Select(static reply => reply.Offset));
        Assert.True(leader.Replica(_info.Group).Leads);
    }

    [Fact]
    public void Produce_AtAFollower_IsSentToTheLeaderAtOnce()
    {
        var leader = StartThree();
        var follower = leader.Id == 1 ? 2 : 1;
        var reply = _cluster.Produce(follower, _info, 7, 0, "a");
        Assert.Equal(ErrorCode.NotLeader, reply.Code);
        Assert.Equal(leader.Id, reply.Leader.Replica.Value);
    }

    [Fact]
    public void Produce_WhileAHandoverHangsAndTheReplicaStops_IsRefused()
    {
        var leader = StartThree();
        var target = leader.Id == 3 ? 2 : 3;
        _cluster.Cut(target);
        leader.Replica(_info.Group).TransferLeadership(new ReplicaId(target));
        var reply = _cluster.Produce(leader.Id, _info, 7, 0, "a");
        Assert.Null(reply.Code);
        leader.Replica(_info.Group).Stop("the test ends it");
        Assert.Equal(ErrorCode.NotLeader, reply.Code);
    }

    [Fact]
    public void HandOver_NobodyKeepsUp_WaitsUnlessAnyoneIsToLead()
    {
        var leader = StartThree();
        foreach (var other in new[] { 1, 2, 3 }.Where(id => id != leader.Id))
        {
            leader.Replica(_info.Group).PeerDown(new ReplicaId(other));
        }

        leader.Replica(_info.Group).HandOver(anyone: false);
        Assert.False(leader.Replica(_info.Group).IsBeingHandedOver);
        leader.Replica(_info.Group).HandOver(anyone: true);
        Assert.True(leader.Replica(_info.Group).IsBeingHandedOver);
    }

    private HandBroker StartThree()
    {
        foreach (var id in new[] { 1, 2, 3 })
        {
            _cluster.Start(id).Open(_info);
        }

        var leader = _cluster.AwaitLeader(_info.Group);

        // Until it hands over to nobody by itself any more.
        _cluster.TickUntil(() => (leader = _cluster.AwaitLeader(_info.Group)).Id == 1);
        return leader;
    }
}
