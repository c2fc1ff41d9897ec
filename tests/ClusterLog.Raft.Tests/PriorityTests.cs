using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>Preferred leaders: they come to lead, they are waited for no longer than it takes, and nothing goes back and forth.</summary>
public sealed class PriorityTests
{
    [Fact]
    public void Tick_PreferredVoterIsUp_ComesToLeadWhoeverWasElectedFirst()
    {
        var cluster = Prefer(new SimulatedCluster(3), 3, 2, 1);
        cluster.Elect(3);

        cluster.TickAll((2 * cluster.Options.ElectionTicks) + 5);

        Assert.Equal((RaftRole.Leader, new Term(2)), (cluster.Core(1).Role, cluster.Core(1).Term));
        Assert.True(cluster.Core(1).IsReady);
    }

    [Fact]
    public void Tick_UnderLoad_HandsOverToo()
    {
        var cluster = Prefer(new SimulatedCluster(3), 5, 0, 0);
        cluster.Elect(2);
        for (var tick = 0; tick < 40; tick++)
        {
            if (cluster.Leader is { } leader && leader.Core.TransferTarget.IsNone)
            {
                cluster.Propose(leader.Id.Value);
            }

            cluster.TickAll();
        }

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }

    [Fact]
    public void Tick_NobodyLeads_ThePreferredCampaignsFirst()
    {
        var preferred = 0;
        for (var seed = 1; seed <= 30; seed++)
        {
            var cluster = Prefer(new SimulatedCluster(3, seed), 0, 9, 4);

            // Without hand-overs: what is looked at is who is elected.
            for (var tick = 0; tick < 60 && cluster.Leader is null; tick++)
            {
                cluster.TickAll();
            }

            Assert.NotNull(cluster.Leader);
            Assert.NotEqual(1, cluster.Leader.Id.Value);
            preferred += cluster.Leader.Id.Value == 2 ? 1 : 0;
        }

        // The next in rank may draw a shorter timeout now and then; hand-overs see to the rest.
        Assert.True(preferred >= 20, $"The preferred voter won {preferred} of 30.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tick_OnlyTheLeastPreferredCanWin_GetsItsTurn(bool preVote)
    {
        // Seed 52 of the randomized runs: candidates of higher priority and shorter logs raised the term for ever, each
        // time before the only one who could win came to campaign.
        for (var seed = 1; seed <= 30; seed++)
        {
            var cluster = new SimulatedCluster(3, seed, new RaftOptions { PreVote = preVote }, LogOf);
            Prefer(cluster, 0, 2, 1);
            cluster.Network.Cut(2, 3);

            cluster.TickAll(400);

            Assert.True(cluster.Core(1).Term > Term.Zero && cluster.Leader is { Core.IsReady: true }, $"Seed {seed}: nobody leads.");
        }

        static ListRaftLog LogOf(int id)
        {
            var log = new ListRaftLog();
            if (id == 1)
            {
                log.Append([SingleCore.Entry(1, 1)]);
            }

            return log;
        }
    }

    [Fact]
    public void PeerDown_OfThePreferredLeader_TheOthersDoNotWaitForIt()
    {
        var cluster = Prefer(new SimulatedCluster(3), 3, 2, 1);
        cluster.Elect(1);
        cluster.Crash(1);
        cluster.Core(2).PeerDown(new ReplicaId(1));
        cluster.Core(3).PeerDown(new ReplicaId(1));

        cluster.TickAll(6);

        Assert.Equal(RaftRole.Leader, cluster.Core(2).Role);
    }

    [Fact]
    public void PeerUp_OfThePreferredVoter_LeadsAgainOnceItHasCaughtUp()
    {
        var cluster = Prefer(new SimulatedCluster(3), 1, 0, 0);
        cluster.Crash(1);
        cluster.Elect(2);
        cluster.Core(2).PeerDown(new ReplicaId(1));
        cluster.TickAll(40);
        Assert.True(cluster.Core(2).IsQuiet);
        cluster.Propose(2);
        cluster.Settle();

        cluster.Restart(1);
        Prefer(cluster, 1, 0, 0);
        cluster.Core(2).PeerUp(new ReplicaId(1));
        cluster.TickAll(40);

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        Assert.All(cluster.Replicas, replica => Assert.True(replica.Core.IsQuiet));
    }

    [Fact]
    public void Tick_PreferredCannotKeepTheSeat_IsGivenItEverMoreRarely()
    {
        var cluster = Prefer(new SimulatedCluster(3), 1, 0, 0);
        cluster.Elect(2);
        var terms = new List<ulong>();
        for (var tick = 0; tick < 2_000; tick++)
        {
            if (cluster.Leader is { } leader && leader.Core.TransferTarget.IsNone)
            {
                cluster.Propose(leader.Id.Value);
            }

            cluster.TickAll();

            // Its disk hangs as soon as it leads, and recovers as soon as it has lost the seat.
            cluster[1].IsDiskStalled = cluster.Core(1).Role == RaftRole.Leader;
            terms.Add(cluster.Replicas.Max(replica => replica.Core.Term.Value));
        }

        var early = terms[999] - terms[0];
        var late = terms[^1] - terms[999];
        Assert.True(early is > 2 and < 40, $"{early} terms in the first 1,000 ticks.");
        Assert.True(late < early, $"{late} terms in the next 1,000, after {early}.");
    }

    [Fact]
    public void SetPriority_Contradictory_DoesNotPlayBall()
    {
        // Each of two thinks the other is preferred.
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Core(1).SetPriority(new ReplicaId(2), 1);
        cluster.Core(2).SetPriority(new ReplicaId(1), 1);

        cluster.TickAll(2_000);

        Assert.True(cluster.Core(1).Term.Value < 20, $"Term {cluster.Core(1).Term} after 2,000 ticks.");
    }

    [Fact]
    public void SetPriority_OfALearner_IsNotHandedLeadership()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        foreach (var replica in cluster.Replicas)
        {
            replica.Core.SetPriority(new ReplicaId(9), 7);
        }

        cluster.TickAll(100);

        Assert.Equal((RaftRole.Leader, new Term(1)), (cluster.Core(1).Role, cluster.Core(1).Term));
        Assert.True(cluster.Core(1).IsQuiet);
    }

    private static SimulatedCluster Prefer(SimulatedCluster cluster, params int[] priorities)
    {
        foreach (var replica in cluster.Replicas.Where(replica => replica.IsUp))
        {
            for (var i = 0; i < priorities.Length; i++)
            {
                replica.Core.SetPriority(new ReplicaId(i + 1), priorities[i]);
            }
        }

        return cluster;
    }
}
