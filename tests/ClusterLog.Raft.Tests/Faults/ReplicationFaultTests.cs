using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Faults;

/// <summary>Faults that other systems had in replication and commit (the numbers of the fault list).</summary>
public sealed class ReplicationFaultTests
{
    [Fact]
    public void Fault2_UnsyncedCrashWithPartition_LogsAreEqualAfterHealing()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Propose(1);
        cluster.Settle();
        cluster.Isolate(1);
        for (var i = 0; i < 3; i++)
        {
            cluster.Propose(1);
        }

        cluster.Settle();
        cluster.TickAll(60);
        var leader = cluster.Leader!.Id.Value;
        Assert.NotEqual(1, leader);
        cluster.Propose(leader);
        cluster.Settle();
        var other = 5 - leader;
        cluster[other].IsDiskStalled = true;
        cluster.Propose(leader);
        cluster.Settle();
        cluster.Crash(other);
        cluster[other].IsDiskStalled = false;
        cluster.Restart(other);
        cluster.Network.Heal();
        cluster.TickAll(60);

        var log = cluster.Leader!.Log.Entries;
        Assert.All(cluster.Replicas, replica => Assert.Equal(log, replica.Log.Entries));
        cluster.Invariants.CheckLogs();
    }

    [Fact]
    public void Fault6_Figure8_EntryOfEarlierTermIsNotCommittedByCounting()
    {
        // One entry a message, and elections at will.
        var cluster = new SimulatedCluster(
            5, options: new RaftOptions { PreVote = false, CheckQuorum = false, AppendBytesMax = 1 });
        cluster.Elect(1);

        // (a) Replica 1 leads and brings its entry to replica 2 only.
        cluster.Network.Loses = message => message.From.Value == 1 && message.To.Value > 2;
        var entry = cluster.Propose(1);
        cluster.Settle();
        cluster.Crash(1);

        // (b) Replica 5 is elected by 3 and 4, and crashes with another entry at that index on its own disk.
        cluster.Network.Loses = message => message.To.Value <= 2 || message is AppendRequest;
        cluster.Elect(5);
        Assert.Equal(entry.Index, cluster[5].Disk.DurableLog.LastIndex);
        Assert.NotEqual(entry.Term, cluster[5].Disk.DurableLog.LastTerm);
        cluster.Crash(5);

        // (c) Replica 1 leads again and brings the old entry to 3: a majority holds it. Its own term's does not spread.
        cluster.Network.Loses = message => message is AppendRequest { To.Value: > 2 } append
            && (append.To.Value > 3 || cluster[3].Log.LastIndex >= entry.Index);
        cluster.Restart(1);
        CampaignUntilLeader(cluster, 1);
        Assert.Equal(entry, cluster[3].Disk.DurableLog[entry.Index.Value]);
        Assert.Equal(entry, cluster[2].Disk.DurableLog[entry.Index.Value]);
        Assert.True(cluster.Core(1).Commit < entry.Index);

        // (d) Replica 5 wins over 3 and 4 and overwrites it, which is right only because it was not committed.
        cluster.Crash(1);
        cluster.Network.Heal();
        cluster.Restart(5);
        CampaignUntilLeader(cluster, 5);
        Assert.NotEqual(entry.Term, cluster[3].Log[entry.Index.Value].Term);
        Assert.True(cluster.Core(5).IsReady);
        cluster.Invariants.CheckLogs();
    }

    [Fact]
    public void Fault10_StaleSuffixAndEmptyAppend_CommitsOnlyWhatWasVerified()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1, 1]);

        single.Step(SingleCore.Append(2, term: 2, previousIndex: 2, previousTerm: 1, commit: 5));

        Assert.Equal(2UL, single.Core.Commit.Value);
        Assert.Equal(5UL, single.Log.LastIndex.Value);
    }

    [Fact]
    public void Fault10_HeartbeatToUnverifiedFollower_CarriesNoCommit()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Network.Loses = message => message is AppendRequest { To.Value: 3 };
        cluster.Elect(1);
        cluster.Tick(1);

        var heartbeats = cluster.Core(1).TakeOutput().Messages.OfType<HeartbeatRequest>().ToDictionary(sent => sent.To.Value);

        Assert.Equal(1UL, heartbeats[2].Commit.Value);
        Assert.Equal(0UL, heartbeats[3].Commit.Value);
    }

    [Fact]
    public void Fault13_OldAndReorderedAppends_AreAnsweredByWhatTheyVerify()
    {
        var single = new SingleCore();
        single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0, 1, 1, 1, 1, 1));

        var old = single.Step(SingleCore.Append(2, term: 1, previousIndex: 1, previousTerm: 1, commit: 0, 1));

        Assert.Equal(2UL, Assert.IsType<AppendResponse>(Assert.Single(old.MessagesAfterDurable)).Index.Value);
        Assert.Empty(old.Entries);
        Assert.Equal(5UL, single.Log.LastIndex.Value);
    }

    [Fact]
    public void Fault13_AppendsDeliveredBackwardsAndTwice_AllCommit()
    {
        var cluster = new SimulatedCluster(2, options: new RaftOptions { AppendBytesMax = 1 });
        cluster.Elect(1);
        for (var i = 0; i < 5; i++)
        {
            cluster.Propose(1);
        }

        cluster.Flush(1);
        var appends = cluster.Network.Capture(message => message is AppendRequest);
        Assert.Equal(5, appends.Count);
        foreach (var append in appends.AsEnumerable().Reverse().Concat(appends))
        {
            cluster.Deliver(append);
            cluster.Flush(2);
        }

        cluster.TickAll(5);
        Assert.Equal(cluster[1].Log.LastIndex, cluster.Core(2).Commit);
    }

    [Fact]
    public void Fault14_StepDownBetweenProposeAndCommit_LeavesTheOutcomeToTermAndIndex()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);
        var proposed = cluster.Propose(1);
        cluster.Settle();
        cluster.TickAll(60);
        cluster.Network.Heal();
        cluster.TickAll(60);

        // The index is committed, under another term: the proposal has failed, and nothing else says so.
        Assert.True(cluster.Core(1).Commit >= proposed.Index);
        Assert.NotEqual(proposed.Term, cluster[1].Log[proposed.Index.Value].Term);
        Assert.DoesNotContain(proposed, cluster.Invariants.Committed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fault26_EntriesAtBelowAndAboveEveryLimit_AllCommit(int more)
    {
        const int Limit = 1_000;
        var options = new RaftOptions
        {
            AppendBytesMax = Limit,
            InflightBytesMax = 2 * Limit,
            UncommittedBytesMax = 4 * Limit,
            InflightMessagesMax = 2,
        };
        var cluster = new SimulatedCluster(3, options: options);
        cluster.Elect(1);
        foreach (var limit in new[] { Limit, 2 * Limit, 4 * Limit, 40 * Limit })
        {
            foreach (var size in new[] { limit - 1, limit, limit + 1 })
            {
                var entry = cluster.Propose(1, size - LogEntry.OverheadBytes + more);
                cluster.Propose(1, 4 + (more * 100), ifRoom: true);
                cluster.Settle();
                Assert.True(cluster.Core(1).Commit >= entry.Index);
                Assert.All(cluster.Replicas, replica => Assert.Equal(cluster.Core(1).Commit, replica.Core.Commit));
            }
        }
    }

    [Fact]
    public void Fault27_FollowerFarBehindWithLargeEntriesOnDisk_CatchesUp()
    {
        var options = new RaftOptions { AppendBytesMax = 1_000, InflightBytesMax = 3_000 };
        var cluster = new SimulatedCluster(3, options: options, log: _ => new ListRaftLog { InMemoryMax = 2 });
        cluster.Elect(1);
        cluster.Isolate(3);
        for (var i = 0; i < 100; i++)
        {
            cluster.Propose(1, 10_000);
            cluster.Settle();
        }

        cluster.Network.Heal();
        cluster.TickAll(3);

        Assert.Equal(cluster.Core(1).Commit, cluster.Core(3).Commit);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(3)).State);
    }

    private static void CampaignUntilLeader(SimulatedCluster cluster, int id)
    {
        for (var tries = 0; tries < 5 && cluster.Core(id).Role != RaftRole.Leader; tries++)
        {
            cluster.Core(id).Campaign();
            cluster.Settle();
        }

        Assert.Equal(RaftRole.Leader, cluster.Core(id).Role);
    }
}
