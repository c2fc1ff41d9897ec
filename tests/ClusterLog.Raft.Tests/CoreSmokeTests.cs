using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>The ordinary life of a group: elect, replicate, commit, hand over.</summary>
public sealed class CoreSmokeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Tick_NoLeader_ElectsExactlyOneAndCommitsItsBarrier(int count)
    {
        var cluster = new SimulatedCluster(count);

        cluster.TickAll(60);

        var leader = Assert.Single(cluster.Replicas, replica => replica.Core.Role == RaftRole.Leader);
        Assert.True(leader.Core.IsReady);
        Assert.All(cluster.Replicas, replica => Assert.Equal(leader.Id, replica.Core.Leader));
        Assert.All(cluster.Replicas, replica => Assert.Equal(leader.Core.TermStartIndex, replica.Core.Commit));
        Assert.Equal(EntryKind.Barrier, Assert.Single(leader.Log.Entries).Kind);
    }

    [Fact]
    public void Propose_OnLeader_CommitsOnEveryReplicaWithDenseOffsets()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, cluster.Propose(1).BaseOffset);
        }

        cluster.Settle();

        Assert.All(cluster.Replicas, replica => Assert.Equal(11UL, replica.Core.Commit.Value));
        Assert.All(cluster.Replicas, replica => Assert.Equal(10, replica.Log.NextOffset));
        Assert.Equal(0, cluster.Core(1).UncommittedBytes);
    }

    [Fact]
    public void TakeOutput_ManyProposalsInOneTurn_SendsOneAppendPerFollower()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        for (var i = 0; i < 100; i++)
        {
            cluster.Propose(1);
        }

        var output = cluster.Core(1).TakeOutput();

        Assert.Equal(100, output.Entries.Count);
        var appends = output.Messages.OfType<AppendRequest>().ToList();
        Assert.Equal(2, appends.Count);
        Assert.All(appends, append => Assert.Equal(100, append.Entries.Count));
    }

    [Fact]
    public void Propose_OnFollower_IsRefused()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);

        Assert.Equal(ProposeResult.NotLeader, cluster.Core(2).Propose(EntryKind.Data, 1, 0, default, out var entry));
        Assert.Null(entry);
    }

    [Fact]
    public void Propose_OffsetsThatDoNotFitTheKind_BreaksTheInvariant()
    {
        var cluster = new SimulatedCluster(1);
        cluster.Elect(1);

        Assert.Throws<RaftInvariantException>(
            () => cluster.Core(1).Propose(EntryKind.Command, 1, 0, default, out _));
    }
}
