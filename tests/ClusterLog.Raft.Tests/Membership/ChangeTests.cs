using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Membership;

/// <summary>The ordinary life of a group whose members change.</summary>
public sealed class ChangeTests
{
    [Fact]
    public void ProposeChange_AddVoter_CatchesItUpAndCountsIt()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);
        for (var i = 0; i < 20; i++)
        {
            cluster.Propose(1);
        }

        cluster.Settle();
        cluster.Join();
        cluster.Change(1, MemberChange.AddVoter(Id(2)));
        cluster.TickAll(5);

        cluster.AssertConfiguration("voters=(1 2)", 1, 2);
        Assert.Equal(cluster.Core(1).Commit, cluster.Core(2).Commit);

        // Without the second nothing commits any more.
        cluster.Crash(2);
        var entry = cluster.Propose(1);
        cluster.TickAll(3);
        Assert.True(cluster.Core(1).Commit < entry.Index);
        cluster.Restart(2);
        cluster.TickAll(30);
        Assert.True(cluster.Core(2).Commit >= entry.Index);
    }

    [Fact]
    public void ProposeChange_Learner_ReceivesEntriesAndDecidesNothing()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Join();
        cluster.Change(1, MemberChange.AddLearner(Id(4)));
        cluster.TickAll(3);
        cluster.AssertConfiguration("voters=(1 2 3) learners=(4)", 1, 2, 3, 4);

        // Two of three voters are away: the learner holds what it is sent, but cannot make it committed.
        cluster.Crash(2, 3);
        var entry = cluster.Propose(1);
        cluster.TickAll(2);
        Assert.Equal(entry.Index, cluster.Core(4).Configuration.IsLearner(Id(4)) ? cluster[4].Log.LastIndex : default);
        Assert.True(cluster.Core(1).Commit < entry.Index);

        // Nor does it campaign, be it told to, or hand over to it.
        cluster.Core(1).TransferLeadership(Id(4));
        Assert.True(cluster.Core(1).TransferTarget.IsNone);
        cluster.Crash(1);
        cluster.TickAll(60);
        cluster.Core(4).Campaign();
        cluster.Core(4).Step(new TimeoutNowRequest(Id(1), Id(4), cluster.Core(4).Term));
        Assert.Equal(RaftRole.Follower, cluster.Core(4).Role);
        Assert.False(cluster.Core(4).IsPromotable);
        Assert.True(cluster.Core(4).Leader.IsNone);
    }

    [Fact]
    public void ProposeChange_PromoteAndDemote_KeepProgress()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Join();
        cluster.Change(1, MemberChange.AddLearner(Id(4)));
        cluster.TickAll(3);
        var match = cluster.Core(1).Progress(Id(4)).Match;

        cluster.Change(1, MemberChange.AddVoter(Id(4)));
        Assert.Equal(match, cluster.Core(1).Progress(Id(4)).Match);
        cluster.TickAll(3);
        cluster.AssertConfiguration("voters=(1 2 3 4)", 1, 2, 3, 4);

        cluster.Change(1, MemberChange.AddLearner(Id(2)));
        cluster.TickAll(3);
        cluster.AssertConfiguration("voters=(1 3 4) learners=(2)", 1, 2, 3, 4);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(Id(2)).State);
    }

    [Fact]
    public void ProposeChange_ReplaceAllThreeAtOnce_GoesThroughJointConsensus()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var first = cluster.Propose(1);
        for (var i = 0; i < 3; i++)
        {
            cluster.Join();
        }

        cluster.Change(
            1,
            MemberChange.Remove(Id(1)),
            MemberChange.Remove(Id(2)),
            MemberChange.Remove(Id(3)),
            MemberChange.AddVoter(Id(4)),
            MemberChange.AddVoter(Id(5)),
            MemberChange.AddVoter(Id(6)));
        cluster.AssertConfiguration("voters=(4 5 6)&&(1 2 3) autoleave", 1);
        cluster.TickAll(5);

        // The old leader made way, and handed over to one of the new members at once.
        Assert.Equal(RaftRole.Follower, cluster.Core(1).Role);
        cluster.AssertConfiguration("voters=(4 5 6)", 4, 5, 6);
        var leader = Assert.IsType<SimulatedReplica>(cluster.Leader);
        Assert.InRange(leader.Id.Value, 4, 6);
        Assert.Equal(first, cluster[5].Log[first.Index.Value]);

        cluster.Crash(1, 2, 3);
        var entry = cluster.Propose(leader.Id.Value);
        cluster.TickAll(3);
        Assert.All([4, 5, 6], id => Assert.True(cluster.Core(id).Commit >= entry.Index));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ProposeChange_LeaderRemovesItself_LeadsUntilItCommitsAndMakesWay(int count)
    {
        var cluster = new SimulatedCluster(count);
        cluster.Elect(1);
        var entry = cluster.Change(1, MemberChange.Remove(Id(1)));
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);

        cluster.TickAll(2);

        Assert.Equal(RaftRole.Follower, cluster.Core(1).Role);
        Assert.True(cluster.Core(1).Commit >= entry.Index);
        Assert.False(cluster.Core(1).IsPromotable);
        var leader = Assert.IsType<SimulatedReplica>(cluster.Leader);
        Assert.NotEqual(Id(1), leader.Id);
        var next = cluster.Propose(leader.Id.Value);
        cluster.TickAll(2);
        Assert.True(leader.Core.Commit >= next.Index);
    }

    [Fact]
    public void ProposeChange_OnlyVoterRemovesItself_IsRefused()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);

        AssertRefused(cluster, 1, ProposeResult.InvalidChange, "removed all voters", MemberChange.Remove(Id(1)));
    }

    [Fact]
    public void ProposeChange_WhileAnotherIsNotCommitted_IsRefused()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Change(1, MemberChange.AddLearner(Id(4)));

        AssertRefused(cluster, 1, ProposeResult.ChangeInProgress, "not committed", MemberChange.AddLearner(Id(5)));

        cluster.Settle();
        cluster.Change(1, MemberChange.AddLearner(Id(5)));
    }

    [Fact]
    public void ProposeChange_BeforeOwnTermIsCommitted_IsRefused()
    {
        var single = new SingleCore(term: 3, entryTerms: [1, 2]);
        single.Lead();

        var result = single.Core.ProposeChange(new ConfigurationChange(MemberChange.Remove(Id(3))), out var entry, out var refusal);

        Assert.Equal(ProposeResult.NotReady, result);
        Assert.Contains("term 4", refusal, StringComparison.Ordinal);
        Assert.Null(entry);
        Assert.Equal(3UL, single.Log.LastIndex.Value);
    }

    [Fact]
    public void ProposeChange_NotLeaderOrHandingOver_IsRefused()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        AssertRefused(cluster, 2, ProposeResult.NotLeader, "the leader is 1", MemberChange.AddLearner(Id(4)));

        cluster.Core(1).TransferLeadership(Id(2));
        AssertRefused(cluster, 1, ProposeResult.Transferring, "to 2", MemberChange.AddLearner(Id(4)));
    }

    [Fact]
    public void ProposeChange_ExplicitJoint_StaysUntilToldToLeave()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Join();
        var change = new ConfigurationChange([MemberChange.AddVoter(Id(4))], ChangeTransition.JointExplicit);
        Assert.Equal(ProposeResult.Accepted, cluster.Core(1).ProposeChange(change, out _));
        cluster.TickAll(30);
        cluster.AssertConfiguration("voters=(1 2 3 4)&&(1 2 3)", 1, 2, 3, 4);
        AssertRefused(cluster, 1, ProposeResult.InvalidChange, "in joint config", MemberChange.AddLearner(Id(5)));

        Assert.Equal(ProposeResult.Accepted, cluster.Core(1).ProposeChange(ConfigurationChange.Leave, out _));
        cluster.TickAll(2);
        cluster.AssertConfiguration("voters=(1 2 3 4)", 1, 2, 3, 4);
        Assert.Equal(
            ProposeResult.InvalidChange, cluster.Core(1).ProposeChange(ConfigurationChange.Leave, out _, out var refusal));
        Assert.Equal("can't leave a non-joint config", refusal);
    }

    [Fact]
    public void ProposeChange_TwoIncarnationsOfABrokerAsVoters_IsRefused()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);

        AssertRefused(
            cluster, 1, ProposeResult.InvalidChange, "of one broker", MemberChange.AddVoter(new ReplicaId(3, 1)));
    }

    /// <summary>Found by a random run: nobody was left who would answer the round, so the read waited for ever.</summary>
    [Fact]
    public void ProposeChange_RemovesAllOtherVoters_AnswersReadsThatWaitForThem()
    {
        var cluster = new SimulatedCluster(2);
        cluster.Elect(1);
        cluster.Network.Loses = message => message.From == Id(2);
        Assert.Equal(ReadRequestResult.Accepted, cluster.Core(1).RequestRead(7));
        Assert.Empty(cluster.Core(1).TakeOutput().Reads);

        cluster.Change(1, MemberChange.Remove(Id(2)));

        Assert.Equal(7UL, Assert.Single(cluster.Core(1).TakeOutput().Reads).Context);
    }

    [Fact]
    public void Propose_KindConfiguration_BreaksTheInvariant()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);

        Assert.Throws<RaftInvariantException>(
            () => cluster.Core(1).Propose(EntryKind.Configuration, 0, 0, new byte[1], out _));
    }

    [Fact]
    public void TakeOutput_ConfigurationChanged_SaysSoOnceAndWritesItsIndex()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var entry = cluster.Change(1, MemberChange.AddLearner(Id(4)));

        var output = cluster.Core(1).TakeOutput();

        Assert.True(output.ConfigurationChanged);
        Assert.Equal(entry.Index, output.HardState?.ConfigurationIndex);
        Assert.Equal(entry.Index, cluster.Core(1).ConfigurationIndex);
        Assert.False(cluster.Core(1).HasOutput);
    }

    private static ReplicaId Id(int id) => new(id);

    private static void AssertRefused(
        SimulatedCluster cluster, int id, ProposeResult expected, string text, params MemberChange[] members)
    {
        var last = cluster[id].Log.LastIndex;
        var result = cluster.Core(id).ProposeChange(new ConfigurationChange(members), out var entry, out var refusal);
        Assert.Equal(expected, result);
        Assert.Contains(text, refusal, StringComparison.Ordinal);
        Assert.Null(entry);
        Assert.Equal(last, cluster[id].Log.LastIndex);
    }
}
