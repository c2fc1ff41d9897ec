using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>Idle groups fall quiet; everything that should wake them does, and a wrong guess only costs time.</summary>
public sealed class QuietTests
{
    private const int IdleTicks = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Tick_NothingToDo_TheWholeGroupFallsQuiet(int count)
    {
        var cluster = Quiet(count);
        cluster.Network.Loses = message => throw new InvalidOperationException($"A quiet group sends {message}.");

        cluster.TickAll(200);

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }

    [Fact]
    public void Tick_OptionIsOff_NobodyFallsQuiet()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { QuietGroups = false });
        cluster.Elect(1);

        cluster.TickAll(200);

        Assert.All(cluster.Replicas, replica => Assert.False(replica.Core.IsQuiet));
    }

    [Fact]
    public void Tick_BeforeAnElectionTimeoutOfIdleness_NobodyIsAskedToFallQuiet()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.TickAll(cluster.Options.ElectionTicks - 2);
        cluster.Propose(1);
        cluster.Network.Loses = message => message is HeartbeatRequest { Quiet: true }
            ? throw new InvalidOperationException("Too early.")
            : false;

        cluster.TickAll(cluster.Options.ElectionTicks - 1);
    }

    [Fact]
    public void Propose_OnQuietLeader_CommitsAndFallsQuietAgain()
    {
        var cluster = Quiet(3);

        var entry = cluster.Propose(1);
        Assert.False(cluster.Core(1).IsQuiet);
        cluster.Settle();

        Assert.All(cluster.Replicas, replica => Assert.Equal(entry.Index, replica.Core.Commit));
        Assert.All(cluster.Replicas, replica => Assert.False(replica.Core.IsQuiet));
        AssertFallsQuiet(cluster);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RequestRead_InQuietGroup_IsAnswered(int id)
    {
        var cluster = Quiet(3);

        Assert.Equal(ReadRequestResult.Accepted, cluster[id].RequestRead());
        cluster.Settle();

        Assert.Single(cluster[id].Reads);
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void TransferLeadership_InQuietGroup_HandsOver()
    {
        var cluster = Quiet(3);

        cluster.Core(1).TransferLeadership(new ReplicaId(2));
        cluster.TickAll(3);

        Assert.Equal(RaftRole.Leader, cluster.Core(2).Role);
        AssertFallsQuiet(cluster);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Step_NewcomerThatKnowsThisReplicaByAnEarlierName_WakesTheGroup(int id)
    {
        var cluster = Quiet(3);
        var core = cluster.Core(id);

        core.Step(new HeartbeatResponse(new ReplicaId(4), new ReplicaId(id, 7), Term.Zero));
        Assert.True(core.IsQuiet);
        core.Step(new HeartbeatResponse(new ReplicaId(3), new ReplicaId(id, 7), Term.Zero));

        Assert.False(core.IsQuiet);
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void PeerDown_OfQuietLeader_ElectsAnother()
    {
        var cluster = Quiet(3);
        cluster.Crash(1);
        cluster.TickAll(100);
        Assert.Null(cluster.Leader);

        cluster.Core(2).PeerDown(new ReplicaId(1));
        cluster.Core(3).PeerDown(new ReplicaId(1));
        cluster.TickAll(60);

        Assert.True(cluster.Leader is { Core.IsReady: true });
        AssertFallsQuiet(cluster);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PeerDown_OfAReplicaThatStoppedBeforeItsBrokersPresentOneLed_KeepsNobodyAwake(bool isToldLate)
    {
        var cluster = new SimulatedCluster(3);
        Action tell = () =>
        {
            cluster.Core(2).PeerDown(new ReplicaId(1), stoppedIn: Term.Zero);
            cluster.Core(3).PeerDown(new ReplicaId(1), stoppedIn: Term.Zero);
        };
        if (!isToldLate)
        {
            tell();
        }

        cluster.Elect(1);
        if (isToldLate)
        {
            tell();
        }

        AssertFallsQuiet(cluster);
        Assert.Equal(new Term(1), cluster.Core(1).Term);
        Assert.Equal(new ReplicaId(1), cluster.Core(2).Leader);
    }

    [Fact]
    public void PeerDown_OfQuietLeaderToldToOneOnly_TheOtherVotesToo()
    {
        var cluster = Quiet(3);
        cluster.Crash(1);

        cluster.Core(2).PeerDown(new ReplicaId(1));
        cluster.TickAll(100);

        Assert.True(cluster.Leader is { Core.IsReady: true });
    }

    [Fact]
    public void PeerDown_OfFollower_TheRestFallsQuietWithoutItAndFeedsItWhenItIsBack()
    {
        var cluster = Quiet(3);
        cluster.Crash(3);
        cluster.Core(1).PeerDown(new ReplicaId(3));
        Assert.False(cluster.Core(1).IsQuiet);
        AssertFallsQuiet(cluster);
        cluster.Propose(1);
        cluster.Settle();
        AssertFallsQuiet(cluster);

        cluster.Restart(3);
        cluster.Core(1).PeerUp(new ReplicaId(3));
        Assert.False(cluster.Core(1).IsQuiet);
        cluster.TickAll(2);

        Assert.Equal(cluster.Core(1).Commit, cluster.Core(3).Commit);
        Assert.Equal(new Term(1), cluster.Core(3).Term);
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void Tick_FollowerSilentForLongThoughNobodySaysSo_KeepsTheLeaderAwake()
    {
        var cluster = Quiet(3);
        cluster.Crash(3);
        cluster.Propose(1);
        cluster.TickAll(100);
        Assert.False(cluster.Core(1).IsQuiet);

        cluster.Restart(3);
        cluster.TickAll(IdleTicks);

        Assert.Equal(cluster.Core(1).Commit, cluster.Core(3).Commit);
        Assert.Equal(new Term(1), cluster.Core(3).Term);
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void PeerDown_OfTheMajority_TheLeaderWakesAndStepsDown()
    {
        var cluster = Quiet(3);
        cluster.Crash(2, 3);
        cluster.Core(1).PeerDown(new ReplicaId(2));
        cluster.Core(1).PeerDown(new ReplicaId(3));

        cluster.TickAll(100);

        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);
        Assert.False(cluster.Core(1).IsQuiet);
    }

    [Fact]
    public void Restart_OfQuietLeader_WakesItsFollowers()
    {
        var cluster = Quiet(3);
        cluster.Crash(1);
        cluster.Restart(1);

        cluster.TickAll(100);

        Assert.True(cluster.Leader is { Core.IsReady: true });
        Assert.All(cluster.Replicas, replica => Assert.Equal(cluster.Leader!.Id, replica.Core.Leader));
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void Heartbeat_QuietOnesAreLost_AreSentUntilTheyArrive()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is HeartbeatRequest { Quiet: true } && message.To.Value == 3;
        cluster.TickAll(cluster.Options.ElectionTicks + 2);
        Assert.True(cluster.Core(2).IsQuiet);
        Assert.False(cluster.Core(1).IsQuiet);

        cluster.Network.Heal();
        AssertFallsQuiet(cluster);
        Assert.Equal(new Term(1), cluster.Core(1).Term);
    }

    [Fact]
    public void Heartbeat_AnswersToQuietOnesAreLost_TheLeaderStaysAwake()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is HeartbeatResponse { Quiet: true } && message.From.Value == 2;
        cluster.TickAll(20);
        Assert.True(cluster.Core(2).IsQuiet);
        Assert.False(cluster.Core(1).IsQuiet);

        cluster.Network.Heal();
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void Heartbeat_OldQuietOne_DoesNotStopAFollowerThatHasMore()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is HeartbeatResponse { Quiet: true };
        cluster.TickAll(12);
        cluster.Core(1).Tick();
        cluster.Flush(1);
        var old = cluster.Network.Capture(message => message is HeartbeatRequest { Quiet: true });
        Assert.NotEmpty(old);
        cluster.Propose(1);
        cluster.Settle();

        old.ForEach(cluster.Deliver);

        Assert.False(cluster.Core(2).IsQuiet);
        Assert.False(cluster.Core(3).IsQuiet);
    }

    [Fact]
    public void Heartbeat_OldQuietOneOfALeaderKnownToBeDown_StopsNobody()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is HeartbeatResponse { Quiet: true };
        cluster.TickAll(12);
        cluster.Core(1).Tick();
        cluster.Flush(1);
        var old = cluster.Network.Capture(message => message is HeartbeatRequest { Quiet: true });
        cluster.Crash(1);
        cluster.Core(2).PeerDown(new ReplicaId(1));
        cluster.Core(3).PeerDown(new ReplicaId(1));

        cluster.Network.Heal();
        old.ForEach(cluster.Deliver);
        cluster.TickAll(60);

        Assert.True(cluster.Leader is { Core.IsReady: true });
    }

    [Fact]
    public void HeartbeatResponse_OldQuietAnswer_WakesNobodyForLong()
    {
        var cluster = Quiet(3);
        cluster.Deliver(new HeartbeatResponse(new ReplicaId(2), new ReplicaId(1), new Term(1), 0, Quiet: false));
        Assert.False(cluster.Core(1).IsQuiet);

        AssertFallsQuiet(cluster);

        Assert.Equal(new Term(1), cluster.Core(1).Term);
    }

    [Fact]
    public void VoteRequest_FromAReplicaThatGuessesWrong_WakesTheGroupAndDeposesNobody()
    {
        var cluster = Quiet(3);
        cluster.Core(3).Campaign();
        cluster.TickAll(2);

        Assert.Equal(new Term(1), cluster.Core(3).Term);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        AssertFallsQuiet(cluster);
    }

    [Fact]
    public void Tick_DiskHasNotConfirmed_TheReplicaStaysAwake()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { CheckQuorum = false });
        cluster.Elect(1);
        cluster[3].IsDiskStalled = true;
        cluster.Propose(1);

        cluster.TickAll(100);

        Assert.Equal(cluster.Core(1).Commit, cluster.Core(2).Commit);
        Assert.False(cluster.Core(3).IsQuiet);
        Assert.False(cluster.Core(1).IsQuiet);
    }

    private static SimulatedCluster Quiet(int count)
    {
        var cluster = new SimulatedCluster(count);
        cluster.Elect(1);
        cluster.Propose(1);
        cluster.Settle();
        AssertFallsQuiet(cluster);
        return cluster;
    }

    private static void AssertFallsQuiet(SimulatedCluster cluster)
    {
        cluster.TickAll(IdleTicks);
        Assert.All(
            cluster.Replicas.Where(replica => replica.IsUp),
            replica => Assert.True(replica.Core.IsQuiet, $"Replica {replica.Id} is awake."));
    }
}
