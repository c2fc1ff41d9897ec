using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Faults;

/// <summary>Faults that other systems had between their memory and their disk (the numbers of the fault list).</summary>
public sealed class DurabilityFaultTests
{
    [Fact]
    public void Fault1_FollowersDisksStalledThenAllCrash_OnlyDurableEntriesWereCommitted()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var kept = cluster.Propose(1);
        cluster.Settle();
        cluster[2].IsDiskStalled = true;
        cluster[3].IsDiskStalled = true;

        var lost = cluster.Propose(1);
        cluster.Settle();

        Assert.Equal(kept.Index, cluster.Core(1).Commit);
        Assert.Equal(lost.Index, cluster[2].Log.LastIndex);
        cluster.Crash(1, 2, 3);
        cluster[2].IsDiskStalled = false;
        cluster[3].IsDiskStalled = false;
        cluster.Restart(1, 2, 3);
        cluster.TickAll(60);
        Assert.NotNull(cluster.Leader);
        Assert.All(cluster.Replicas, replica => Assert.Equal(kept, replica.Log[kept.Index.Value]));
        cluster.Invariants.CheckLogs();
    }

    [Fact]
    public void Fault8_CrashBeforeVoteIsDurable_NoVoteRequestHasLeft()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { PreVote = false });
        cluster.Core(1).Campaign();
        cluster[1].Drain();

        Assert.Equal(new Term(1), cluster.Core(1).Term);
        Assert.DoesNotContain(cluster.Network.UnderWay, message => message is VoteRequest);

        cluster.Crash(1);
        cluster.Restart(1);

        // Term and vote are one record: after the crash there is neither.
        Assert.Equal(new HardState(Term.Zero, ReplicaId.None, 0, LogIndex.Zero), cluster[1].Disk.DurableState);
        cluster.Core(1).Campaign();
        cluster.Flush(1);
        Assert.Equal((new Term(1), new ReplicaId(1)), (cluster[1].Disk.DurableState.Term, cluster[1].Disk.DurableState.Vote));
        Assert.Equal(2, cluster.Network.UnderWay.Count(message => message is VoteRequest));
    }

    [Fact]
    public void Fault8_OwnVoteNotDurable_DoesNotCountYet()
    {
        var single = new SingleCore(options: new RaftOptions { PreVote = false });
        single.Core.Campaign();
        var token = single.Core.TakeOutput().Token!.Value;
        single.Core.Step(new VoteResponse(SingleCore.Id(2), SingleCore.Id(1), new Term(1), Granted: true));

        Assert.Equal(RaftRole.Candidate, single.Core.Role);
        single.Core.Durable(token);
        Assert.Equal(RaftRole.Leader, single.Core.Role);
    }

    [Fact]
    public void HardState_WrittenWithEntriesThatItsCommitCovers_HintsOnlyAtWhatStoodBefore()
    {
        // Entries 8 to 10 are a dead leader's. The next leader's word comes whole in one turn: its term, other entries in
        // their place, and that these are committed.
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        var output = single.Step(SingleCore.Append(2, term: 2, previousIndex: 7, previousTerm: 1, commit: 10, 2, 2, 2));

        Assert.Equal(new LogIndex(10), output.Commit);
        Assert.Equal(new LogIndex(8), output.Entries[0].Index);

        // A write may tear between the two: the hard state would then stand over the dead leader's entries.
        Assert.Equal(new LogIndex(7), output.HardState!.Value.Commit);
    }

    [Fact]
    public void Fault11_LateTokenOfOverwrittenEntries_ConfirmsNothing()
    {
        var single = new SingleCore();
        var first = single.Lead();
        single.Core.Propose(EntryKind.Command, 0, 0, default, out _);
        var late = single.Core.TakeOutput().Token!.Value;
        Assert.Equal(2UL, late.LastIndex.Value);

        // Another leader overwrites what the token speaks of; then this replica leads again.
        single.Step(SingleCore.Append(2, term: 2, previousIndex: 0, previousTerm: 0, commit: 0, 2, 2));
        single.Lead();
        single.Core.Durable(first.Token!.Value);
        single.Core.Durable(late);

        Assert.Equal(LogIndex.Zero, single.Core.Progress(SingleCore.Id(1)).Match);
    }

    [Fact]
    public void Fault11_TokenOfThisTermWhoseIndexHasAnotherTerm_ConfirmsNothing()
    {
        var single = new SingleCore();
        single.Lead();
        single.Core.Durable(new DurableToken(single.Core.Term, new LogIndex(1), new Term(7), 99));

        Assert.Equal(LogIndex.Zero, single.Core.Progress(SingleCore.Id(1)).Match);
    }

    [Fact]
    public void Fault12_TwoTermsOverwriteWhileDiskIsSlow_AcknowledgesOnlyWhatIsOnDisk()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Settle();
        cluster.Network.Cut(1, 2);
        cluster[3].IsDiskStalled = true;
        for (var i = 0; i < 3; i++)
        {
            cluster.Propose(1);
            cluster.Settle();
        }

        // Replica 2 takes over without those entries; replica 3 holds them in memory only, and forgets them.
        cluster.Crash(1, 3);
        cluster.Network.Heal();
        cluster[3].IsDiskStalled = false;
        cluster.Restart(3);
        cluster.Elect(2);
        cluster[3].IsDiskStalled = true;
        cluster.Propose(2);
        cluster.Settle();
        cluster.Restart(1);
        cluster[3].IsDiskStalled = false;
        while (cluster[3].CompleteWrite())
        {
            cluster.Invariants.Check();
        }

        cluster.TickAll(60);
        cluster.Invariants.CheckLogs();
        Assert.All(cluster.Replicas, replica => Assert.Equal(cluster[2].Log.LastTerm, replica.Log.LastTerm));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fault15_SingleVoterCrashesAfterAnyWrite_CommitsOnlyWhatIsDurable(int writes)
    {
        var cluster = new SimulatedCluster(1);
        cluster.TickAll(1);
        Assert.True(cluster.Core(1).IsReady);
        for (var i = 0; i < 3; i++)
        {
            cluster.Propose(1);
            cluster[1].Drain();
        }

        Assert.Equal(1UL, cluster.Core(1).Commit.Value);
        for (var i = 0; i < writes; i++)
        {
            Assert.True(cluster[1].CompleteWrite());
        }

        Assert.Equal((ulong)writes + 1, cluster.Core(1).Commit.Value);
        cluster.Invariants.Check();
        cluster.Crash(1);
        cluster.Restart(1);
        Assert.Equal((ulong)writes + 1, cluster[1].Log.LastIndex.Value);
        cluster.TickAll(1);
        cluster.Invariants.CheckLogs();
    }

    [Fact]
    public void Fault18_DuplicateAndEmptyAppendsWhileSyncIsStalled_AcknowledgeNothing()
    {
        var single = new SingleCore();
        var append = SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0, 1, 1);
        var first = single.Step(append);
        var duplicate = single.Step(append);
        var empty = single.Step(SingleCore.Append(2, term: 1, previousIndex: 2, previousTerm: 1, commit: 2));

        foreach (var output in new[] { first, duplicate, empty })
        {
            Assert.DoesNotContain(output.Messages, message => message is AppendResponse);
            Assert.Single(output.MessagesAfterDurable);
            Assert.NotNull(output.Token);
        }

        // A later token vouches for all earlier writes, so the answers to repetitions wait for the first.
        Assert.True(first.Token!.Value.Sequence < duplicate.Token!.Value.Sequence);
        Assert.Empty(duplicate.Entries);
    }

    [Fact]
    public void Fault18_RejectionsWaitForTheDiskToo()
    {
        var single = new SingleCore();

        var output = single.Step(SingleCore.Append(2, term: 1, previousIndex: 5, previousTerm: 1, commit: 0));

        Assert.Empty(output.Messages);
        Assert.True(Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Rejected);
    }

    [Fact]
    public void Fault25_LeadersDiskHangs_CommitsByTheOthersWithoutCountingItself()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var match = cluster.Core(1).Progress(new ReplicaId(1)).Match;
        cluster[1].IsDiskStalled = true;

        var entry = cluster.Propose(1);
        cluster.Settle();
        Assert.Equal(entry.Index, cluster.Core(1).Commit);
        Assert.Equal(match, cluster.Core(1).Progress(new ReplicaId(1)).Match);

        cluster.Isolate(3);
        var waiting = cluster.Propose(1);
        cluster.Settle();
        Assert.True(cluster.Core(1).Commit < waiting.Index);
    }

    [Fact]
    public void Fault25_LeadersDiskHangsAndOneFollowerIsGone_StepsDown()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster[1].IsDiskStalled = true;
        cluster.Isolate(3);
        cluster.Propose(1);

        cluster.TickAll(3 * cluster.Options.ElectionTicks);

        Assert.NotEqual(RaftRole.Leader, cluster.Core(1).Role);
        Assert.True(cluster.Core(1).IsStorageStalled);
    }

    [Fact]
    public void Fault25_SingleVotersDiskHangs_KeepsItsSeatAndCommitsLater()
    {
        var cluster = new SimulatedCluster(1);
        cluster.TickAll(1);
        cluster[1].IsDiskStalled = true;
        var entry = cluster.Propose(1);
        cluster.TickAll(5 * cluster.Options.ElectionTicks);
        Assert.True(cluster.Core(1).IsStorageStalled);
        Assert.True(cluster.Core(1).Commit < entry.Index);

        cluster[1].IsDiskStalled = false;
        cluster.Settle();

        Assert.Equal((new Term(1), entry.Index), (cluster.Core(1).Term, cluster.Core(1).Commit));
    }

    [Fact]
    public void Fault25_ReplicaWithHungDisk_NeverDisturbsItsLeader()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster[2].IsDiskStalled = true;
        cluster.Propose(1);
        cluster.Settle();
        cluster.Network.Cut(1, 2);

        cluster.TickAll(10 * cluster.Options.ElectionTicks);

        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        Assert.Equal(new Term(1), cluster.Core(1).Term);
    }
}
