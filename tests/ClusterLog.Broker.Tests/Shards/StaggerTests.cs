using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>Thousands of groups do not campaign at once, and quiet ones are not ticked at all.</summary>
public sealed class StaggerTests
{
    private const int Most = AwakeReplicas.AdmittedPerTickMax;

    private static readonly ReplicaId Self = new(1);
    private static readonly ReplicaId Leader = new(2);
    private static readonly ReplicaId Other = new(3);

    [Fact]
    public async Task NewReplicas_AreAdmittedSoManyInATick_PreferredLeadersFirst()
    {
        await using var shard = new HandDrivenShard();
        var others = shard.Add(200, [Leader, Self, Other]);
        var preferred = shard.Add(100, [Self, Leader, Other]);
        shard.Tick();
        Assert.All(preferred, replica => Assert.Equal(ReplicaPace.Awake, replica.Pace));
        Assert.Equal(Most - 100, others.Count(replica => replica.Pace == ReplicaPace.Awake));
        shard.Tick();
        shard.Tick();
        Assert.All(others, replica => Assert.Equal(ReplicaPace.Awake, replica.Pace));
        Assert.Equal(300, shard.Shard.Summary.Awake);
    }

    [Fact]
    public async Task QuietFollowers_SleepUntilTheirLeadersBrokerIsDown_ThenCampaignInTurn()
    {
        await using var shard = new HandDrivenShard();
        var last = shard.Add(150, [Leader, Other, Self]);
        var next = shard.Add(150, [Leader, Self, Other]);
        Replica[] all = [.. last, .. next];
        shard.FallQuiet(all, Leader);
        Assert.All(all, replica => Assert.Equal(ReplicaPace.Asleep, replica.Pace));
        Assert.Equal(0, shard.Shard.Summary.Awake);

        // Nobody is asked for a vote, however long nothing is heard.
        shard.Transport.Messages.Clear();
        shard.Tick(1000);
        Assert.Empty(shard.Transport.Messages);

        // All forget the leader at once, or they would refuse each other's votes; they campaign so many in a tick.
        shard.Run(new PeerWork(Leader, isUp: false));
        Assert.All(all, replica => Assert.True(replica.Leader.IsNone));
        shard.Tick();
        Assert.Equal(Most, next.Count(replica => replica.Pace == ReplicaPace.Awake));
        Assert.DoesNotContain(last, replica => replica.Pace == ReplicaPace.Awake);
        shard.Tick();
        shard.Tick();
        Assert.Equal(300, shard.Shard.Summary.Awake);
        shard.Tick(50);
        Assert.Equal(
            all.Select(replica => replica.Group).Order(),
            shard.Transport.Messages.Where(sent => sent.Message is PreVoteRequest).Select(sent => sent.Group).Distinct().Order());
    }

    [Fact]
    public async Task QuietFollower_WhoseLeadersReplicaHasStopped_Wakes()
    {
        await using var shard = new HandDrivenShard();
        var replicas = shard.Add(2, [Leader, Self, Other]);
        shard.FallQuiet(replicas, Leader);
        shard.Run(new ReplicaStoppedWork(replicas[0].Group, Leader, replicas[0].Term));
        shard.Tick();
        Assert.Equal((ReplicaPace.Awake, ReplicaPace.Asleep), (replicas[0].Pace, replicas[1].Pace));
    }

    [Fact]
    public async Task ReplicaThatFails_IsAnnounced_AndIsNeitherTickedNorCountedAsWell()
    {
        await using var shard = new HandDrivenShard();
        var replica = shard.Add(1, [Leader, Self, Other])[0];
        shard.FallQuiet([replica], Leader);
        Assert.Equal((1, 0), (shard.Shard.Summary.Groups, shard.Shard.Summary.Failed));
        shard.Run(new FailWork(replica));
        shard.Tick();
        Assert.Equal(new LeaderAnnouncement(replica.Group, replica.Term, ReplicaId.None), Assert.Single(shard.Transport.Announced));
        Assert.Equal((1, 1, 0), (shard.Shard.Summary.Groups, shard.Shard.Summary.Failed, shard.Shard.Summary.Awake));
        shard.Run(new RemoveWork(replica));
        Assert.Equal(default, shard.Shard.Summary);
    }

    private sealed class FailWork(Replica replica) : IShardWork
    {
        public void Run(Shard shard) => replica.Fail(new InvalidOperationException("broken on purpose"));
    }

    private sealed class RemoveWork(Replica replica) : IShardWork
    {
        public void Run(Shard shard) => shard.Remove(replica);
    }
}
