using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>Linearizable reads by read index: rounds, refusals, forwarding, and what becomes of them without a leader.</summary>
public sealed class ReadTests
{
    [Fact]
    public void RequestRead_OnLeader_IsAnsweredByItsCommitIndexAfterOneRound()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Propose(1);
        cluster.Settle();

        Assert.Equal(ReadRequestResult.Accepted, cluster[1].RequestRead());
        Assert.Empty(cluster[1].Reads);
        cluster.Settle();

        Assert.Equal(cluster.Core(1).Commit, Assert.Single(cluster[1].Reads).Index);
    }

    [Fact]
    public void RequestRead_ManyBeforeARoundEnds_ShareOneRound()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        for (var i = 0; i < 50; i++)
        {
            cluster[1].RequestRead();
        }

        cluster.Flush(1);
        var first = cluster.Network.Capture(message => message is HeartbeatRequest);
        Assert.Equal(2, first.Count);

        // Those that come while it is under way must not be answered by it: they share the next one.
        for (var i = 0; i < 50; i++)
        {
            cluster[1].RequestRead();
        }

        cluster.Flush(1);
        Assert.Empty(cluster.Network.Capture(message => message is HeartbeatRequest));
        first.ForEach(cluster.Deliver);
        cluster.Flush(2);
        cluster.Network.Capture(message => message is HeartbeatResponse).ForEach(cluster.Deliver);
        cluster.Flush(1);
        Assert.Equal(50, cluster[1].Reads.Count);
        Assert.Equal(2, cluster.Network.UnderWay.Count(message => message is HeartbeatRequest { Round: 2 }));

        cluster.Settle();
        Assert.Equal(100, cluster[1].Reads.Count);
    }

    [Fact]
    public void HeartbeatResponse_OfAnEarlierRound_ConfirmsNothing()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Tick(1);
        cluster.Flush(1);
        cluster.Network.Capture(message => message is HeartbeatRequest).ForEach(cluster.Deliver);
        cluster.Flush(2);
        cluster.Flush(3);
        cluster[1].RequestRead();
        cluster.Flush(1);

        cluster.Network.Capture(message => message is HeartbeatResponse { Round: 0 }).ForEach(cluster.Deliver);
        cluster.Flush(1);

        Assert.Empty(cluster[1].Reads);
        cluster.Settle();
        Assert.Single(cluster[1].Reads);
    }

    [Fact]
    public void RequestRead_BeforeTheOwnTermsCommit_IsRefused()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1], applied: 1);
        Assert.Equal(ReadRequestResult.NotLeader, single.Core.RequestRead(1));
        single.Lead();

        Assert.Equal(ReadRequestResult.NotReady, single.Core.RequestRead(2));

        single.Step(new AppendResponse(
            SingleCore.Id(2), SingleCore.Id(1), single.Core.Term, new LogIndex(3), Rejected: false, LogIndex.Zero, Term.Zero));
        single.Step(new AppendResponse(
            SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(3), Rejected: false, LogIndex.Zero, Term.Zero));
        Assert.Equal(ReadRequestResult.Accepted, single.Core.RequestRead(3));
    }

    [Fact]
    public void RequestRead_SingleVoter_IsAnsweredAtOnce()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);
        cluster.Core(1).RequestRead(7);

        var output = cluster.Core(1).TakeOutput();

        Assert.Equal(new ReadAnswer(7, cluster.Core(1).Commit), Assert.Single(output.Reads));
        Assert.False(cluster.Core(1).HasOutput);
    }

    [Fact]
    public void RequestRead_LostHeartbeats_AreAskedAgainAtTheNextOne()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is HeartbeatRequest;
        cluster[1].RequestRead();
        cluster.Settle();
        Assert.Empty(cluster[1].Reads);

        cluster.Network.Heal();
        cluster.TickAll();

        Assert.Single(cluster[1].Reads);
    }

    [Fact]
    public void RequestRead_PartitionedOldLeader_NeverAnswers()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { CheckQuorum = false });
        cluster.Elect(1);
        cluster.Isolate(1);
        cluster.Elect(2);
        cluster.Propose(2);
        cluster.Settle();
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);

        Assert.Equal(ReadRequestResult.Accepted, cluster[1].RequestRead());
        cluster.TickAll(50);
        Assert.Empty(cluster[1].Reads);

        cluster.Network.Heal();
        cluster.TickAll(5);
        Assert.Empty(cluster[1].Reads);
        Assert.Single(cluster[1].FailedReads);
    }

    [Fact]
    public void CheckQuorum_LeaderStepsDown_ItsReadsFail()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);
        cluster[1].RequestRead();
        cluster[1].RequestRead();

        cluster.TickAll(2 * cluster.Options.ElectionTicks);

        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);
        Assert.Equal(2, cluster[1].FailedReads.Count);
        Assert.Equal(0, cluster[1].WaitingReads);
    }

    [Fact]
    public void RequestRead_MoreThanMayWait_IsRefusedAsBusy()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { ReadsWaitingMax = 2 });
        cluster.Elect(1);
        Assert.Equal(ReadRequestResult.Accepted, cluster[1].RequestRead());
        Assert.Equal(ReadRequestResult.Accepted, cluster[1].RequestRead());
        Assert.Equal(ReadRequestResult.Busy, cluster[1].RequestRead());
        Assert.Equal(ReadRequestResult.Accepted, cluster[2].RequestRead());
        Assert.Equal(ReadRequestResult.Accepted, cluster[2].RequestRead());
        Assert.Equal(ReadRequestResult.Busy, cluster[2].RequestRead());

        cluster.Settle();

        Assert.Equal(2, cluster[1].Reads.Count);
        Assert.Equal(ReadRequestResult.Accepted, cluster[1].RequestRead());
        Assert.Equal(0, cluster[2].WaitingReads);
    }

    [Fact]
    public void RequestRead_OnFollower_IsForwardedAndAnswered()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var entry = cluster.Propose(1);
        cluster.Flush(1);
        cluster.Network.Capture(message => message is AppendRequest && message.To.Value == 2).ForEach(cluster.Deliver);
        cluster.Flush(2);
        cluster.Network.Capture(message => message is AppendResponse).ForEach(cluster.Deliver);
        Assert.True(cluster.Core(1).Commit == entry.Index);

        // The third has not heard of it; its read must see it all the same.
        Assert.Equal(ReadRequestResult.Accepted, cluster[3].RequestRead());
        cluster.Settle();

        Assert.Equal(entry.Index, Assert.Single(cluster[3].Reads).Index);
    }

    [Fact]
    public void RequestRead_ForwardedInVain_FailsAfterAnElectionTimeout()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message is ReadIndexResponse;
        cluster[2].RequestRead();

        cluster.TickAll(cluster.Options.ElectionTicks - 1);
        Assert.Empty(cluster[2].FailedReads);
        cluster.TickAll(1);

        Assert.Single(cluster[2].FailedReads);
    }

    [Fact]
    public void ReadIndexResponse_ToAnEarlierLifeOfTheReplica_IsIgnored()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster[2].RequestRead();
        cluster.Flush(2);
        var old = Assert.Single(cluster.Network.Capture(message => message is ReadIndexRequest));
        cluster.Crash(2);
        cluster.Restart(2);
        cluster.Deliver(old);
        cluster.Flush(1);
        cluster.TickAll();
        cluster.Propose(1);
        cluster.Settle();
        cluster[2].RequestRead();

        cluster.Deliver(new ReadIndexResponse(
            new ReplicaId(1),
            new ReplicaId(2),
            new Term(1),
            ((ReadIndexRequest)old).Context,
            new LogIndex(1),
            Refused: false));
        cluster.Settle();

        Assert.Equal(cluster.Core(1).Commit, Assert.Single(cluster[2].Reads).Index);
    }
}
