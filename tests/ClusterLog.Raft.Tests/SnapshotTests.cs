using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests;

/// <summary>
/// Snapshots for followers that the log can no longer feed: late, lost, repeated and reordered, torn by a crash, and
/// while the log is trimmed further (raft-notes faults 17 and 22).
/// </summary>
public sealed class SnapshotTests
{
    [Fact]
    public void Install_FollowerBehindTheStartOfTheLog_GetsTheStateAndWhatFollows()
    {
        var cluster = Behind(out var last);
        cluster.Network.Loses = message => message is AppendRequest { PreviousIndex.Value: > 0, PreviousTerm.Value: 0 }
            ? throw new InvalidOperationException($"The term before {message} is not known.")
            : false;
        HealFully(cluster);

        Assert.Equal(1, cluster.Invariants.Installs);
        Assert.Equal(last.Index, cluster.Core(3).Commit);
        Assert.Equal(cluster[1].Machine.State, cluster[3].Machine.State);
        Assert.Equal(last.Index, cluster[3].Disk.DurableLog.LastIndex);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(3)).State);
    }

    [Fact]
    public void Install_RestartAfterIt_GoesOnFromTheSnapshot()
    {
        var cluster = Behind(out _);
        HealFully(cluster);
        cluster.Crash(3);
        cluster.Restart(3);
        Assert.True(cluster[3].Log.FirstIndex > new LogIndex(1));

        var entry = cluster.Propose(1);
        cluster.TickAll(3);

        Assert.Equal(entry.Index, cluster.Core(3).Commit);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Install_CrashAmidTheWrite_LeavesTheOldLogOrTheSnapshot(int partsWritten)
    {
        var cluster = Behind(out var last);
        cluster.Network.Heal();
        HoldSnapshot(cluster, out var snapshot);
        cluster.Network.Heal();
        cluster[3].IsDiskStalled = true;
        cluster.Deliver(snapshot);
        cluster[3].Drain();
        Assert.Equal(new LogIndex(6), cluster.Core(3).Commit);
        cluster[3].Crash(partsWritten);
        cluster[3].IsDiskStalled = false;

        cluster.Restart(3);
        Assert.True(cluster.Core(3).Commit <= cluster[3].Log.LastIndex);
        cluster.TickAll(30);

        Assert.Equal(last.Index, cluster.Core(3).Commit);
        Assert.Equal(cluster[1].Machine.State, cluster[3].Machine.State);
    }

    [Fact]
    public void Install_ConflictingSuffix_IsReplacedAndTheCommitHintIsThatOfTheOldLog()
    {
        var single = new SingleCore(term: 2, entryTerms: [1, 2, 2, 2], applied: 1);

        var output = single.Step(Install(term: 5, Snapshot(index: 3, term: 4)));

        Assert.Equal(new LogIndex(1), output.HardState!.Value.Commit);
        Assert.Equal((4UL, 3UL, 3UL), (single.Log.FirstIndex.Value, single.Log.LastIndex.Value, output.Commit.Value));
        Assert.NotNull(output.Snapshot);
        var response = Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable));
        Assert.Equal((3UL, false), (response.Index.Value, response.Rejected));
    }

    [Fact]
    public void Install_EntriesOfTheSameTurn_AreNotWrittenBesideTheSnapshot()
    {
        var single = new SingleCore(term: 1, entryTerms: [1], applied: 1);
        single.Core.Step(SingleCore.Append(2, term: 1, previousIndex: 1, previousTerm: 1, commit: 1, 1, 1));
        single.Core.Step(Install(term: 3, Snapshot(index: 9, term: 2)));
        single.Core.Step(SingleCore.Append(2, term: 3, previousIndex: 9, previousTerm: 2, commit: 9, 3));

        var output = single.Core.TakeOutput();

        Assert.Equal(new LogIndex(9), output.Snapshot!.Index);
        Assert.Equal(new LogIndex(10), Assert.Single(output.Entries).Index);
        Assert.Equal(new LogIndex(10), output.Token!.Value.LastIndex);
    }

    [Fact]
    public void Install_StaleOrRepeated_IsAnsweredByTheCommitAndChangesNothing()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1], applied: 3);
        single.Step(Install(term: 1, Snapshot(index: 9, term: 1)));

        foreach (var index in new ulong[] { 2, 9 })
        {
            var output = single.Step(Install(term: 1, Snapshot(index, term: 1)));
            Assert.Null(output.Snapshot);
            Assert.Equal(9UL, Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Index.Value);
        }

        Assert.Equal(new LogIndex(9), single.Log.LastIndex);
    }

    [Fact]
    public void Install_LogHoldsThatEntry_IsCommittedAndNothingIsThrownAway()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1]);

        var output = single.Step(Install(term: 1, Snapshot(index: 3, term: 1)));

        Assert.Null(output.Snapshot);
        Assert.Equal((3UL, 4UL), (output.Commit.Value, single.Log.LastIndex.Value));
        Assert.Equal(3UL, Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Index.Value);
    }

    [Fact]
    public void Install_OfAnEarlierTerm_TellsTheOldLeaderOurs()
    {
        var single = new SingleCore(term: 4);

        var output = single.Step(Install(term: 3, Snapshot(index: 3, term: 1)));

        Assert.Null(output.Snapshot);
        Assert.Equal(new Term(4), Assert.IsType<AppendResponse>(Assert.Single(output.MessagesAfterDurable)).Term);
        Assert.Equal(LogIndex.Zero, single.Core.Commit);
    }

    [Fact]
    public void Install_TermAboveTheSenders_IsRefused()
    {
        var single = new SingleCore(term: 1);
        single.Step(Install(term: 3, Snapshot(index: 3, term: 4)));

        Assert.Equal((1L, LogIndex.Zero), (single.Core.RefusedMessages, single.Core.Commit));
    }

    [Fact]
    public void Append_LateOnesThatOverlapTheSnapshot_AreTakenFromItsEndOn()
    {
        var single = new SingleCore(term: 1);
        single.Step(Install(term: 1, Snapshot(index: 3, term: 1)));

        var output = single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0, 1, 1, 1, 1, 1));

        Assert.Equal([4UL, 5UL], output.Entries.Select(entry => entry.Index.Value));
        Assert.Equal(5UL, single.Log.LastIndex.Value);
    }

    [Fact]
    public void Append_OvertakesTheSnapshot_IsRejectedAndTheGroupAgreesInTheEnd()
    {
        var cluster = Behind(out var last);
        cluster.Network.Heal();
        HoldSnapshot(cluster, out var snapshot);
        cluster.TickAll(2 * cluster.Options.ElectionTicks);
        Assert.NotEqual(last.Index, cluster.Core(3).Commit);

        cluster.Network.Heal();
        cluster.Deliver(snapshot);
        cluster.Deliver(snapshot);
        cluster.TickAll(2 * cluster.Options.ElectionTicks);

        Assert.Equal(last.Index, cluster.Core(3).Commit);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(3)).State);
    }

    [Fact]
    public void Tick_SnapshotWasLost_IsFoundOutAndAnotherIsSent()
    {
        var cluster = Behind(out var last);
        cluster.Network.Heal();
        HoldSnapshot(cluster, out _);
        Assert.Equal(FollowerState.Snapshot, cluster.Core(1).Progress(new ReplicaId(3)).State);
        Assert.True(cluster.Core(1).Progress(new ReplicaId(3)).Paused);
        cluster.Network.Heal();

        cluster.TickAll(cluster.Options.ElectionTicks - 3);
        Assert.NotEqual(last.Index, cluster.Core(3).Commit);
        cluster.TickAll(6);

        Assert.Equal(last.Index, cluster.Core(3).Commit);
    }

    [Fact]
    public void Tick_AnswerToTheSnapshotWasLost_NoOtherIsSent()
    {
        var cluster = Behind(out var last);
        cluster.Network.Heal();
        cluster.Network.Loses = message => message is AppendResponse { Rejected: false, From.Value: 3 };
        cluster.TickAll(3);
        Assert.Equal(1, cluster.Invariants.Installs);
        cluster.Network.Loses = message => message is InstallSnapshotRequest
            ? throw new InvalidOperationException("Sent again.")
            : false;

        cluster.TickAll(cluster.Options.ElectionTicks + 3);

        Assert.Equal(last.Index, cluster.Core(3).Commit);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(new ReplicaId(3)).State);
    }

    [Fact]
    public void PeerUp_WhileASnapshotIsUnderWay_FindsOutAtOnce()
    {
        var cluster = Behind(out var last);
        cluster.Network.Heal();
        HoldSnapshot(cluster, out _);
        cluster.Network.Heal();

        cluster.Core(1).PeerDown(new ReplicaId(3));
        cluster.Core(1).PeerUp(new ReplicaId(3));
        cluster.TickAll(2);

        Assert.Equal(last.Index, cluster.Core(3).Commit);
    }

    [Fact]
    public void SnapshotReady_NoneToGive_IsAskedAgainAtTheNextTick()
    {
        var single = Wanted();
        single.Core.SnapshotReady(SingleCore.Id(3), null);
        Assert.Empty(single.Core.TakeOutput().SnapshotsWanted);

        single.Core.Tick();

        Assert.Equal(SingleCore.Id(3), Assert.Single(single.Core.TakeOutput().SnapshotsWanted));
    }

    [Fact]
    public void SnapshotReady_TheLogWasTrimmedBeyondIt_IsNotSent()
    {
        var single = Wanted();
        var snapshot = new RaftSnapshot(new LogIndex(3), new Term(1), 0, null, default);
        single.Log.Compact(new LogIndex(5));
        single.Core.SnapshotReady(SingleCore.Id(3), snapshot);

        var output = single.Core.TakeOutput();
        Assert.DoesNotContain(output.Messages, message => message is InstallSnapshotRequest);
        single.Core.Tick();
        Assert.Single(single.Core.TakeOutput().SnapshotsWanted);
    }

    [Fact]
    public void SnapshotReady_NobodyAsked_IsDropped()
    {
        var single = Wanted();
        single.Core.SnapshotReady(SingleCore.Id(2), Snapshot(3, 1));
        single.Core.SnapshotReady(SingleCore.Id(9), Snapshot(3, 1));

        Assert.DoesNotContain(single.Core.TakeOutput().Messages, message => message is InstallSnapshotRequest);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(6, 2)]
    public void SnapshotReady_NotOfWhatIsCommittedHere_BreaksTheInvariant(ulong index, ulong term)
    {
        var single = Wanted();

        Assert.Throws<RaftInvariantException>(() => single.Core.SnapshotReady(SingleCore.Id(3), Snapshot(index, term)));
    }

    [Fact]
    public void AppendResponse_ReachesTheStartOfTheLogBeforeTheSnapshot_IsFedFromTheLogAgain()
    {
        var single = Wanted();
        single.Core.SnapshotReady(SingleCore.Id(3), Snapshot(5, 1));
        single.Core.TakeOutput();
        Assert.Equal(new LogIndex(5), single.Core.Progress(SingleCore.Id(3)).PendingSnapshot);

        // A rejection of an append sent before says nothing; an acceptance does, if our log goes on from there.
        single.Step(new AppendResponse(SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(5), true, default, default));
        Assert.Equal(FollowerState.Snapshot, single.Core.Progress(SingleCore.Id(3)).State);
        single.Step(new AppendResponse(SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(2), false, default, default));
        Assert.Equal(FollowerState.Snapshot, single.Core.Progress(SingleCore.Id(3)).State);
        var output = single.Step(
            new AppendResponse(SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(3), false, default, default));

        Assert.Equal(FollowerState.Replicate, single.Core.Progress(SingleCore.Id(3)).State);
        Assert.Equal(3UL, Assert.Single(output.Messages.OfType<AppendRequest>()).PreviousIndex.Value);
    }

    [Fact]
    public void Install_LeaderChangesMeanwhile_TheNextOneFinishesIt()
    {
        var cluster = Behind(out _);
        cluster.Network.Heal();
        HoldSnapshot(cluster, out var snapshot);
        cluster.Network.Heal();
        cluster[2].Trim(new LogIndex(5));
        cluster.Core(1).TransferLeadership(new ReplicaId(2));
        cluster.TickAll(3);
        Assert.Equal(RaftRole.Leader, cluster.Core(2).Role);
        cluster.TickAll(3);
        cluster.Deliver(snapshot);
        cluster.TickAll(3);

        Assert.Equal(cluster.Core(2).Commit, cluster.Core(3).Commit);
        Assert.Equal(cluster[2].Machine.State, cluster[3].Machine.State);
    }

    [Fact]
    public void Trim_WhileTheFollowerIsProbed_EndsInASnapshot()
    {
        var cluster = Behind(out _, trimsFirst: false);
        cluster.Network.Heal();
        cluster.Tick(1);
        cluster.Flush(1);
        cluster[1].Trim(new LogIndex(6));
        cluster.TickAll(5);

        Assert.Equal(1, cluster.Invariants.Installs);
        Assert.Equal(cluster.Core(1).Commit, cluster.Core(3).Commit);
    }

    /// <summary>Replica 1 leads; replica 3 holds the barrier only, and the log begins after entry 6 of 9.</summary>
    private static SimulatedCluster Behind(out LogEntry last, bool trimsFirst = true)
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(3);
        last = cluster.Propose(1);
        for (var i = 0; i < 7; i++)
        {
            last = cluster.Propose(1);
        }

        cluster.Settle();
        Assert.True(!trimsFirst || cluster[1].Trim(new LogIndex(6)));
        return cluster;
    }

    private static void HealFully(SimulatedCluster cluster)
    {
        cluster.Network.Heal();
        cluster.TickAll(5);
    }

    /// <summary>Ticks until the leader has sent its snapshot, which is kept out of the network.</summary>
    private static void HoldSnapshot(SimulatedCluster cluster, out RaftMessage snapshot)
    {
        RaftMessage? held = null;
        cluster.Network.Loses = message =>
        {
            held = message as InstallSnapshotRequest ?? held;
            return message is InstallSnapshotRequest;
        };
        cluster.TickAll(2);
        Assert.NotNull(held);
        snapshot = held;
    }

    /// <summary>A leader whose log begins after entry 3 of 6, and that wants a snapshot for replica 3.</summary>
    private static SingleCore Wanted()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1, 1, 1, 1], applied: 5);
        single.Lead();
        single.Log.Compact(new LogIndex(3));
        var output = single.Step(new AppendResponse(
            SingleCore.Id(3), SingleCore.Id(1), single.Core.Term, new LogIndex(6), Rejected: true, new LogIndex(1), new Term(1)));
        Assert.Equal(SingleCore.Id(3), Assert.Single(output.SnapshotsWanted));
        return single;
    }

    private static RaftSnapshot Snapshot(ulong index, ulong term)
        => new(new LogIndex(index), new Term(term), 0, null, BitConverter.GetBytes(0UL));

    private static InstallSnapshotRequest Install(ulong term, RaftSnapshot snapshot)
        => new(SingleCore.Id(2), SingleCore.Id(1), new Term(term), snapshot);
}
