using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>Who leads, and when that changes: pre-vote, leases, check-quorum, transfer, brokers going down.</summary>
public sealed class LeadershipTests
{
    [Fact]
    public void PreVote_ReplicaCutOffAndBack_DisturbsNobody()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(3);
        cluster.TickAll(100);
        Assert.Equal(new Term(1), cluster.Core(3).Term);

        cluster.Network.Heal();
        cluster.TickAll(30);

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        Assert.All(cluster.Replicas, replica => Assert.Equal(new Term(1), replica.Core.Term));
        Assert.Equal(cluster.Core(1).Commit, cluster.Core(3).Commit);
    }

    [Fact]
    public void PreVoteResponse_GrantForAnEarlierTerm_CountsForNothing()
    {
        var single = new SingleCore(term: 4);
        single.Core.Campaign();

        single.Core.Step(new PreVoteResponse(SingleCore.Id(2), SingleCore.Id(1), new Term(4), Granted: true));
        Assert.Equal(RaftRole.PreCandidate, single.Core.Role);

        single.Core.Step(new PreVoteResponse(SingleCore.Id(2), SingleCore.Id(1), new Term(5), Granted: true));
        Assert.Equal((RaftRole.Candidate, new Term(5)), (single.Core.Role, single.Core.Term));
    }

    [Fact]
    public void Lease_FollowerThatHearsItsLeader_RefusesToDeposeIt()
    {
        var single = new SingleCore();
        single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0));

        Assert.Empty(single.Step(SingleCore.Vote(3, term: 2, lastIndex: 9, lastTerm: 1)).MessagesAfterDurable);
        Assert.Equal(new Term(1), single.Core.Term);

        for (var i = 0; i < 9; i++)
        {
            single.Core.Tick();
        }

        Assert.Empty(single.Step(SingleCore.Vote(3, term: 2, lastIndex: 9, lastTerm: 1)).MessagesAfterDurable);
        Assert.Single(single.Step(SingleCore.Vote(3, term: 2, lastIndex: 9, lastTerm: 1, isTransfer: true)).MessagesAfterDurable);
        Assert.Equal(SingleCore.Id(3), single.Core.PendingHardState.Vote);
    }

    [Fact]
    public void CheckQuorum_LeaderWithoutMajority_StepsDownAndAnotherLeads()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);

        cluster.TickAll(60);

        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);
        Assert.NotNull(cluster.Leader);
        Assert.True(cluster.Leader.Core.IsReady);
    }

    [Fact]
    public void StepLowerTerm_LeaderLeftBehind_LearnsTheTerm()
    {
        var single = new SingleCore(term: 5);

        var output = single.Step(new HeartbeatRequest(SingleCore.Id(2), SingleCore.Id(1), new Term(3), LogIndex.Zero));

        Assert.Equal(new Term(5), Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Term);
        Assert.True(single.Core.Leader.IsNone);
    }

    [Fact]
    public void PeerDown_OfLeader_ElectsAnotherWithinAFewTicks()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var cluster = new SimulatedCluster(3, seed);
            cluster.Elect(1);
            cluster.Crash(1);
            cluster.Core(2).PeerDown(new ReplicaId(1));
            cluster.Core(3).PeerDown(new ReplicaId(1));
            Assert.True(cluster.Core(2).Leader.IsNone);

            // Three ticks at most to campaign; when both do at once, an ordinary timeout decides.
            cluster.TickAll(3);
            var isSplit = cluster.Replicas.Where(replica => replica.IsUp).All(replica => replica.Core.Term > new Term(1));
            Assert.True(cluster.Leader is not null || isSplit, $"Seed {seed}: nobody campaigned.");
            cluster.TickAll(40);
            Assert.True(cluster.Leader is { Core.IsReady: true }, $"Seed {seed}: nobody leads.");
        }
    }

    [Fact]
    public void PeerDown_LeaderIsAliveAfterAll_GoesOnLeading()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Core(2).PeerDown(new ReplicaId(1));

        cluster.TickAll(30);

        Assert.Equal((RaftRole.Leader, new Term(1)), (cluster.Core(1).Role, cluster.Core(1).Term));
        Assert.Equal(new ReplicaId(1), cluster.Core(2).Leader);
    }

    [Fact]
    public void PeerDownAndUp_OfFollower_ProbesItAgain()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(2)).State);

        cluster.Core(1).PeerDown(new ReplicaId(2));
        Assert.Equal(FollowerState.Probe, cluster.Core(1).Progress(new ReplicaId(2)).State);
        Assert.False(cluster.Core(1).HasOutput);

        cluster.Core(1).PeerUp(new ReplicaId(2));
        cluster.Settle();
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(2)).State);
    }

    [Fact]
    public void PeerUp_OfFollowerThatWasAwayDuringTheElection_IsProbedAtTheEndOfTheLog()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        single.Core.PeerDown(SingleCore.Id(3));
        single.Lead();
        single.Core.PeerUp(SingleCore.Id(3));
        var probe = Assert.Single(
            single.Core.TakeOutput().Messages.OfType<AppendRequest>(), message => message.To == SingleCore.Id(3));

        // Nothing is known of it yet: a probe from the first entry on would send it the whole log again.
        Assert.Equal(new LogIndex(10), probe.PreviousIndex);
    }

    [Fact]
    public void TransferLeadership_TargetBehind_CatchesUpThenLeadsAtOnce()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(2);
        for (var i = 0; i < 5; i++)
        {
            cluster.Propose(1);
        }

        cluster.Settle();
        cluster.Network.Heal();
        cluster.Core(1).TransferLeadership(new ReplicaId(2));
        Assert.Equal(ProposeResult.Transferring, cluster.Core(1).Propose(EntryKind.Data, 1, 0, default, out _));
        cluster.TickAll(2);

        Assert.Equal((RaftRole.Leader, new Term(2)), (cluster.Core(2).Role, cluster.Core(2).Term));
        Assert.True(cluster.Core(2).IsReady);
        Assert.Equal(new ReplicaId(2), cluster.Core(1).LastTransferTarget);
        Assert.Equal(new ReplicaId(2), cluster.Core(1).Leader);
    }

    [Fact]
    public void TransferLeadership_TargetIsGone_IsGivenUpAfterAnElectionTimeout()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Crash(2);
        cluster.Propose(1);
        cluster.Settle();
        cluster.Core(1).TransferLeadership(new ReplicaId(2));

        cluster.TickAll(cluster.Options.ElectionTicks - 1);
        Assert.Equal(new ReplicaId(2), cluster.Core(1).TransferTarget);
        cluster.TickAll(1);

        Assert.True(cluster.Core(1).TransferTarget.IsNone);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        cluster.Propose(1);
    }

    [Fact]
    public void TransferLeadership_OnFollowerOrToItself_DoesNothing()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Core(1).TransferLeadership(new ReplicaId(1));
        cluster.Core(2).TransferLeadership(new ReplicaId(3));
        cluster.Settle();

        Assert.True(cluster.Core(1).TransferTarget.IsNone);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }

    [Fact]
    public void Tick_CandidateWhoseVoteIsNotWritten_DoesNotRaiseItsTermAgain()
    {
        var single = new SingleCore(options: new RaftOptions { PreVote = false });
        for (var i = 0; i < 200; i++)
        {
            single.Core.Tick();
        }

        Assert.Equal(new Term(1), single.Core.Term);
    }
}
