using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Faults;

/// <summary>A disk that hangs is not a dead node (raft-notes rule 13 and fault 25): it must cost its replica the seat.</summary>
public sealed class StalledDiskTests
{
    [Fact]
    public void Tick_LeaderWithStalledDisk_LosesItsSeatThoughFollowersAnswer()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster[1].IsDiskStalled = true;
        cluster.Propose(1);
        cluster.Settle();
        cluster.TickAll(cluster.Options.ElectionTicks);
        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);

        cluster.TickAll(60);

        Assert.True(cluster.Leader is { Core.IsReady: true, Id.Value: not 1 });
    }

    [Fact]
    public void Tick_StalledDisk_NeverWinsASeatAgain()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster[1].IsDiskStalled = true;
        cluster.Propose(1);
        cluster.TickAll(30);
        var term = cluster.Core(1).Term;
        cluster.Crash(2);
        cluster.Crash(3);

        cluster.TickAll(100);

        // It is the only one left that could campaign, and does not raise its term for ever.
        Assert.True(cluster.Core(1).Term.Value <= term.Value + 1, $"Term {cluster.Core(1).Term} after {term}.");
        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);
    }

    [Fact]
    public void TimeoutNow_ToAReplicaWithStalledDisk_IsIgnored()
    {
        var single = new SingleCore();
        single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0, 1));
        for (var i = 0; i < 10; i++)
        {
            single.Step(new HeartbeatRequest(SingleCore.Id(2), SingleCore.Id(1), new Term(1), LogIndex.Zero));
            single.Core.Tick();
        }

        Assert.True(single.Core.IsStorageStalled);
        single.Step(new TimeoutNowRequest(SingleCore.Id(2), SingleCore.Id(1), new Term(1)));

        Assert.Equal((RaftRole.Follower, new Term(1)), (single.Core.Role, single.Core.Term));
    }

    [Fact]
    public void Tick_SingleVoterWithStalledDisk_KeepsItsSeat()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);
        cluster[1].IsDiskStalled = true;
        cluster.Propose(1);

        cluster.TickAll(100);

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }
}
