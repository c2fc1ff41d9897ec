using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>How a leader feeds its followers: windows, loads from disk, conflicts, limits, commit hints.</summary>
public sealed class FlowTests
{
    [Fact]
    public void Propose_UncommittedBytesFull_IsBusyUntilACommit()
    {
        var cluster = new SimulatedCluster(3, options: new RaftOptions { UncommittedBytesMax = 300 });
        cluster.Elect(1);
        cluster.Propose(1, 100);
        Assert.Equal(ProposeResult.Busy, cluster.Core(1).Propose(EntryKind.Data, 1, 0, new byte[100], out var refused));
        Assert.Null(refused);

        cluster.Settle();

        cluster.Propose(1, 100);
    }

    [Fact]
    public void TakeOutput_ByteWindowFull_StopsUntilAnAnswer()
    {
        var options = new RaftOptions { AppendBytesMax = 200, InflightBytesMax = 400 };
        var cluster = new SimulatedCluster(2, options: options);
        cluster.Elect(1);
        for (var i = 0; i < 20; i++)
        {
            cluster.Propose(1, 100);
        }

        var sent = cluster.Core(1).TakeOutput().Messages.OfType<AppendRequest>().ToList();

        var progress = cluster.Core(1).Progress(new ReplicaId(2));
        Assert.Equal(3, sent.Count);
        Assert.True(progress is { Paused: true, InflightFull: true, InflightMessages: 3 }, progress.ToString());
    }

    [Fact]
    public void HeartbeatResponse_AllInflightsWereLost_RecoversByAnEmptyAppend()
    {
        var cluster = new SimulatedCluster(2, options: new RaftOptions { InflightMessagesMax = 2 });
        cluster.Elect(1);
        for (var i = 0; i < 5; i++)
        {
            cluster.Propose(1);
            cluster.Flush(1);
        }

        Assert.NotEqual(0, cluster.Network.Drop(message => message is AppendRequest));
        cluster.TickAll(2);

        Assert.Equal(cluster[1].Log.LastIndex, cluster.Core(2).Commit);
    }

    [Fact]
    public void TakeOutput_ManyAppendsInOneTurn_AnswersOnce()
    {
        var single = new SingleCore();
        for (ulong previous = 0; previous < 5; previous++)
        {
            single.Core.Step(SingleCore.Append(2, 1, previous, previous == 0 ? 0UL : 1, commit: 0, 1));
        }

        var output = single.Core.TakeOutput();

        Assert.Equal(5, output.Entries.Count);
        Assert.Equal(5UL, Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Index.Value);
    }

    [Fact]
    public void Step_ConflictWithinOneTurn_HandsOnlyTheWinnersToTheDisk()
    {
        var single = new SingleCore();
        single.Core.Step(SingleCore.Append(2, 1, 0, 0, commit: 0, 1, 1, 1));
        single.Core.Step(SingleCore.Append(3, 2, 1, 1, commit: 0, 2));

        var output = single.Core.TakeOutput();

        Assert.Equal([1UL, 2UL], output.Entries.Select(entry => entry.Term.Value));
        Assert.Equal(new LogIndex(2), output.Token!.Value.LastIndex);
    }

    [Fact]
    public void Loaded_ReadFailed_IsTriedAgainAtALaterTick()
    {
        var single = Behind(out var load);
        single.Core.Loaded(SingleCore.Id(3), load.First, []);
        Assert.Empty(single.Core.TakeOutput().Loads);

        single.Core.Tick();

        Assert.Equal(load, Assert.Single(single.Core.TakeOutput().Loads));
    }

    [Fact]
    public void Loaded_EntriesOfOurLog_AreSentOnceAndOnlyWhenAsked()
    {
        var single = Behind(out var load);
        Assert.Equal(FollowerState.Loading, single.Core.Progress(SingleCore.Id(3)).State);
        var entries = single.Log.Slice(load.First, load.Last, load.BytesMax);
        single.Core.Loaded(SingleCore.Id(2), load.First, entries);
        single.Core.Loaded(SingleCore.Id(3), load.First.Next, entries);
        Assert.Empty(single.Core.TakeOutput().Messages);

        single.Core.Loaded(SingleCore.Id(3), load.First, entries);

        var append = Assert.IsType<AppendRequest>(Assert.Single(single.Core.TakeOutput().Messages));
        Assert.Equal(entries, append.Entries);
        Assert.Equal(load.First.Previous, append.PreviousIndex);
    }

    [Fact]
    public void Loaded_EntriesOfAnotherTerm_AreNotSent()
    {
        var single = Behind(out var load);
        var entries = single.Log.Slice(load.First, load.Last, load.BytesMax)
            .ConvertAll(entry => entry with { Term = single.Core.Term });

        single.Core.Loaded(SingleCore.Id(3), load.First, entries);

        Assert.Empty(single.Core.TakeOutput().Messages);
    }

    [Fact]
    public void Loaded_FollowerHasMovedMeanwhile_IsFedFromWhereItStands()
    {
        var single = Behind(out var load);
        single.Core.Step(new AppendResponse(
            SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(4), Rejected: false, LogIndex.Zero, Term.Zero));

        single.Core.Loaded(SingleCore.Id(3), load.First, single.Log.Slice(load.First, load.Last, load.BytesMax));

        var append = Assert.IsType<AppendRequest>(Assert.Single(single.Core.TakeOutput().Messages));
        Assert.Equal((4UL, 5UL), (append.PreviousIndex.Value, append.Entries[0].Index.Value));
    }

    [Fact]
    public void Reject_FollowerOfAnOlderTerm_IsFoundInOneRoundTrip()
    {
        // Ours: terms 1 1 4 4 4; the follower's 1 1 2 2 2 2: its hint is the last index of a term that ours can have.
        var single = new SingleCore(term: 4, entryTerms: [1, 1, 4, 4, 4]);
        single.Lead();
        single.Core.Step(new AppendResponse(
            SingleCore.Id(2), SingleCore.Id(1), single.Core.Term, new LogIndex(5), Rejected: true, new LogIndex(5), new Term(2)));

        var probe = Assert.IsType<AppendRequest>(Assert.Single(single.Core.TakeOutput().Messages));

        Assert.Equal((new LogIndex(2), new Term(1)), (probe.PreviousIndex, probe.PreviousTerm));
    }

    [Fact]
    public void Reject_StaleOrRepeated_ChangesNothing()
    {
        var cluster = new SimulatedCluster(2);
        cluster.Elect(1);
        cluster.Propose(1);
        cluster.Settle();
        var before = cluster.Core(1).Progress(new ReplicaId(2));

        cluster.Deliver(new AppendResponse(
            new ReplicaId(2), new ReplicaId(1), new Term(1), new LogIndex(1), Rejected: true, LogIndex.Zero, Term.Zero));

        Assert.Equal(before, cluster.Core(1).Progress(new ReplicaId(2)));
    }

    [Fact]
    public void Flush_NextWasCompacted_WaitsForASnapshotWithoutAnAppendOfUnknownTerm()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(3);
        for (var i = 0; i < 5; i++)
        {
            cluster.Propose(1);
        }

        cluster.Settle();
        cluster[1].Log.Compact(new LogIndex(4));
        cluster.Network.Heal();
        cluster.Network.Loses = message => message is InstallSnapshotRequest;
        cluster.TickAll(5);

        Assert.Equal(FollowerState.Snapshot, cluster.Core(1).Progress(new ReplicaId(3)).State);
        Assert.Equal(1UL, cluster.Core(3).Commit.Value);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }

    [Fact]
    public void Commit_AfterMajority_ReachesFollowersWithoutAHeartbeat()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var entry = cluster.Propose(1);

        cluster.Settle();

        Assert.All(cluster.Replicas, replica => Assert.Equal(entry.Index, replica.Core.Commit));
    }

    [Fact]
    public void TakeOutput_CommitAlone_WritesNothing()
    {
        var single = new SingleCore();
        single.Lead();
        single.Core.Step(new AppendResponse(
            SingleCore.Id(2), SingleCore.Id(1), single.Core.Term, new LogIndex(1), Rejected: false, LogIndex.Zero, Term.Zero));
        single.Core.Durable(new DurableToken(single.Core.Term, new LogIndex(1), single.Core.Term, 2));

        var output = single.Core.TakeOutput();

        Assert.Equal(1UL, output.Commit.Value);
        Assert.Null(output.HardState);
        Assert.Null(output.Token);
        Assert.False(single.Core.HasOutput);
    }

    /// <summary>A leader of five entries of which three are on disk only, and replica 3 needs the second.</summary>
    private static SingleCore Behind(out LoadRequest load)
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1, 1]);
        single.Log.InMemoryMax = 3;
        single.Lead();
        single.Core.Step(new AppendResponse(
            SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(5), Rejected: true, new LogIndex(1), new Term(1)));
        load = Assert.Single(single.Core.TakeOutput().Loads);
        Assert.Equal((3, 2UL), (load.Peer.Value, load.First.Value));
        return single;
    }
}
