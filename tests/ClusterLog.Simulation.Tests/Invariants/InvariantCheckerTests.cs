using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;
using static ClusterLog.Simulation.Tests.Invariants.HandMadeReplica;

namespace ClusterLog.Simulation.Tests.Invariants;

/// <summary>Every check finds the breach that it is there for, and a sound cluster breaks none.</summary>
public sealed class InvariantCheckerTests
{
    private readonly InvariantChecker _checker = new();
    private readonly HandMadeReplica _one;
    private readonly HandMadeReplica _two;
    private readonly HandMadeReplica _three;

    public InvariantCheckerTests()
    {
        _one = new HandMadeReplica(_checker, 1);
        _two = new HandMadeReplica(_checker, 2);
        _three = new HandMadeReplica(_checker, 3);
    }

    [Fact]
    public void AfterTurn_SoundReplication_BreaksNothing()
    {
        CommitOne();
        _two.CommitTo(1);
        _one.ApplyTo(1, state: 5);
        _two.ApplyTo(1, state: 5);
        _three.AppendAndWrite(Entry(1, 1));
        _one.Restart(_one.Disk, Entry(1, 1));

        Assert.Equal(1, _checker.CommittedEntries);
        Assert.Equal(1, _checker.Elections);
    }

    [Fact]
    public void AfterTurn_TwoLeadersOfATerm_IsFound()
    {
        _one.Enter(1, vote: 1, leads: true);

        Expect(Invariant.OneLeaderPerTerm, () => _two.Enter(1, vote: 2, leads: true));
    }

    [Fact]
    public void Sent_AppendOfATermThatAnotherLeads_IsFound()
    {
        _one.Enter(1, vote: 1, leads: true);
        _two.Enter(1, vote: 1);

        Expect(Invariant.OneLeaderPerTerm, () => _two.Send(
            new AppendRequest(_two.Id, _three.Id, new Term(1), LogIndex.Zero, Term.Zero, LogIndex.Zero, [])));
    }

    [Fact]
    public void AfterTurn_TermFalls_IsFound()
    {
        _one.Enter(2);

        Expect(Invariant.TermNeverFalls, () => _one.Fall(1));
    }

    [Fact]
    public void AfterTurn_CommitFalls_IsFound()
    {
        CommitOne();

        Expect(Invariant.CommitNeverFalls, () => _one.CommitTo(0));
    }

    [Fact]
    public void AfterTurn_CommitBehindTheLog_IsFound() =>
        Expect(Invariant.CommittedNeverChanges, () => _one.CommitTo(1));

    [Fact]
    public void AfterTurn_OtherContentAtAnIndexAndTerm_IsFound()
    {
        _one.Append(Entry(1, 1, content: 1));

        Expect(Invariant.LogMatching, () => _two.Append(Entry(1, 1, content: 2)));
    }

    [Fact]
    public void AfterTurn_OtherEntryBeforeAnIndexAndTerm_IsFound()
    {
        _one.Append(Entry(1, 1), Entry(2, 3));

        Expect(Invariant.LogMatching, () => _two.Append(Entry(1, 2), Entry(2, 3)));
    }

    [Fact]
    public void AfterTurn_OffsetLeftOut_IsFound()
    {
        _one.Append(Entry(1, 1));

        Expect(Invariant.DenseOffsets, () => _one.Append(Entry(2, 1, offset: 1)));
    }

    [Fact]
    public void AfterTurn_CommittedEntryTruncated_IsFound()
    {
        CommitOne();

        Expect(Invariant.CommittedNeverChanges, () => _one.Truncate(1));
    }

    [Fact]
    public void AfterTurn_AnotherEntryCommittedAtAnIndex_IsFound()
    {
        CommitOne();
        _three.Append(Entry(1, 2));

        Expect(Invariant.CommittedNeverChanges, () => _three.CommitTo(1));
    }

    [Fact]
    public void AfterTurn_CommitThatOneDiskHolds_IsFound()
    {
        _one.Enter(1, vote: 1, leads: true);
        _one.AppendAndWrite(Entry(1, 1));
        _two.Append(Entry(1, 1));

        Expect(Invariant.CommittedOnMajority, () => _one.CommitTo(1));
    }

    [Fact]
    public void AfterTurn_LeaderWithoutACommittedEntry_IsFound()
    {
        CommitOne();

        Expect(Invariant.LeaderCompleteness, () => _three.Enter(2, vote: 3, leads: true));
    }

    [Fact]
    public void AfterTurn_OtherStateAfterTheSameEntry_IsFound()
    {
        CommitOne();
        _two.CommitTo(1);
        _one.ApplyTo(1, state: 4);

        Expect(Invariant.EqualStates, () => _two.ApplyTo(1, state: 8));
    }

    [Fact]
    public void Durable_SecondVoteInATerm_IsFound()
    {
        _one.Enter(1, vote: 2);

        Expect(Invariant.OneVotePerTerm, () => _one.Enter(1, vote: 3));
    }

    [Fact]
    public void Durable_VoteTakenBack_IsFound()
    {
        _one.Enter(1, vote: 2);

        Expect(Invariant.OneVotePerTerm, () => _one.Enter(1));
    }

    [Fact]
    public void Durable_TermFalls_IsFound()
    {
        _one.Enter(2);

        Expect(Invariant.TermNeverFalls, () => _one.WriteState(new HardState(new Term(1), ReplicaId.None, 0, LogIndex.Zero)));
    }

    [Fact]
    public void Durable_BytesNotSynced_IsFound() =>
        Expect(Invariant.DurableIsSynced, () => _one.WriteState(default, isSynced: false));

    [Fact]
    public void Sent_AcknowledgementOfWhatIsInMemoryOnly_IsFound()
    {
        _two.Enter(1);
        _two.Append(Entry(1, 1));

        Expect(Invariant.SentAfterDurable, () => _two.Send(Acknowledgement(1)));
    }

    [Fact]
    public void Sent_AcknowledgementOfWhatIsOnTheDisk_BreaksNothing()
    {
        _two.Enter(1);
        _two.AppendAndWrite(Entry(1, 1));

        _two.Send(Acknowledgement(1));
    }

    [Fact]
    public void Sent_VoteThatIsNotOnTheDisk_IsFound()
    {
        _two.Enter(1);

        Expect(Invariant.SentAfterDurable, () => _two.Send(new VoteResponse(_two.Id, _one.Id, new Term(1), Granted: true)));
    }

    [Fact]
    public void Sent_CandidacyThatIsNotOnTheDisk_IsFound() =>
        Expect(Invariant.SentAfterDurable, () => _one.Send(
            new VoteRequest(_one.Id, _two.Id, new Term(1), LogIndex.Zero, Term.Zero, IsTransfer: false)));

    [Fact]
    public void Sent_TermThatIsNotOnTheDisk_IsFound() =>
        Expect(Invariant.SentAfterDurable, () => _one.Send(new VoteResponse(_one.Id, _two.Id, new Term(1), Granted: false)));

    [Fact]
    public void Started_WithoutAnEntryThatWasOnTheDisk_IsFound()
    {
        _one.Enter(1);
        _one.AppendAndWrite(Entry(1, 1), Entry(2, 1));

        Expect(Invariant.DurableStaysDurable, () => _one.Restart(_one.Disk, Entry(1, 1)));
    }

    [Fact]
    public void Started_WithoutAnEntryThatWasInMemoryOnly_BreaksNothing()
    {
        _one.Enter(1);
        _one.AppendAndWrite(Entry(1, 1));
        _one.Append(Entry(2, 1));

        _one.Restart(_one.Disk, Entry(1, 1));
    }

    [Fact]
    public void Started_WithAnOlderTerm_IsFound()
    {
        _one.Enter(2);

        Expect(Invariant.TermNeverFalls, () => _one.Restart(new HardState(new Term(1), ReplicaId.None, 0, LogIndex.Zero)));
    }

    [Fact]
    public void Started_WithoutItsVote_IsFound()
    {
        _one.Enter(2, vote: 1);

        Expect(Invariant.OneVotePerTerm, () => _one.Restart(new HardState(new Term(2), ReplicaId.None, 0, LogIndex.Zero)));
    }

    [Fact]
    public void Durable_SnapshotThatNobodyCommitted_IsFound() =>
        Expect(Invariant.CommittedNeverChanges, () => _one.Install(Snapshot(1, 1, 0)));

    [Fact]
    public void Durable_SnapshotOfAnotherState_IsFound()
    {
        CommitOne();
        for (ulong index = 2; index <= 16; index++)
        {
            _one.AppendAndWrite(Entry(index, 1));
            _two.AppendAndWrite(Entry(index, 1));
        }

        _one.CommitTo(16);
        _one.ApplyTo(16, state: 5);

        Expect(Invariant.EqualStates, () => _three.Install(Snapshot(16, 1, 0)));
    }

    [Fact]
    public void AfterTurn_OtherMembersThanTheLogSays_IsFound()
    {
        var change = Configured(1, 1, Configuration.Of(new ReplicaId(1), new ReplicaId(2)));

        Expect(Invariant.MembershipOfLog, () => _one.Append(change));
    }

    [Fact]
    public void AfterTurn_ConfigurationTakenBackByTruncation_BreaksNothing()
    {
        var change = Configured(1, 1, Configuration.Of(new ReplicaId(1), new ReplicaId(2)));
        _one.Configure(Configuration.Of(new ReplicaId(1), new ReplicaId(2)), new LogIndex(1));
        _one.Append(change);
        _one.Configure(null, LogIndex.Zero);

        _one.Truncate(1);
    }

    [Fact]
    public void Acknowledged_BatchThatIsNotCommitted_IsFound()
    {
        var batch = Batch(5);
        RecordBatchHeader.TryRead(batch, out var sent);
        _one.Enter(1, vote: 1, leads: true);
        _one.AppendAndWrite(Data(1, 1, 0, batch));

        Expect(Invariant.AcknowledgedIsCommitted, () => _checker.Acknowledged(_one.Group, 0, sent));
    }

    [Fact]
    public void Acknowledged_BatchWhereAnotherIsCommitted_IsFound()
    {
        var (committed, other) = (Batch(5), Batch(6));
        RecordBatchHeader.TryRead(committed, out var right);
        RecordBatchHeader.TryRead(other, out var wrong);
        CommitData(committed);

        _checker.Acknowledged(_one.Group, 0, right);
        Expect(Invariant.AcknowledgedIsCommitted, () => _checker.Acknowledged(_one.Group, 0, wrong));
    }

    [Fact]
    public void Served_EntryThatIsNotCommitted_IsFound()
    {
        CommitData(Batch(5));

        _checker.Served(_one.Group, _one.Log.Entries[0]);
        Expect(Invariant.ServedIsCommitted, () => _checker.Served(_one.Group, Data(2, 1, 1, Batch(6))));
    }

    [Fact]
    public void ReadEnds_BeforeWhatWasAcknowledged_IsFound()
    {
        var batch = Batch(5);
        RecordBatchHeader.TryRead(batch, out var sent);
        CommitData(batch);
        _checker.Acknowledged(_one.Group, 0, sent);
        var begun = _checker.ReadBegins(_one.Group);

        _checker.ReadEnds(_one.Group, begun, 1);
        Expect(Invariant.ReadIsFresh, () => _checker.ReadEnds(_one.Group, begun, 0));
    }

    [Fact]
    public void ReadEnds_BehindWhatIsCommitted_IsFound() =>
        Expect(Invariant.ServedIsCommitted, () => _checker.ReadEnds(_one.Group, 0, 1));

    private static void Expect(Invariant invariant, Action breach) =>
        Assert.Equal(invariant.ToString(), Assert.Throws<ViolationException>(breach).Invariant);

    private static byte[] Batch(byte content)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, null, new[] { content });
        return builder.Build().ToArray();
    }

    private static RaftSnapshot Snapshot(ulong index, ulong term, long nextOffset) =>
        new(new LogIndex(index), new Term(term), nextOffset, null, new byte[] { 1, 2, 3 });

    private static LogEntry Configured(ulong index, ulong term, Configuration configuration) => new(
        new LogIndex(index), new Term(term), EntryKind.Configuration, 0, 0, 0, ConfigurationCodec.Write(configuration));

    /// <summary>Replica 1 leads term 1 and commits an entry that 2 has too.</summary>
    private void CommitOne()
    {
        _one.Enter(1, vote: 1, leads: true);
        _one.AppendAndWrite(Entry(1, 1));
        _two.Enter(1, vote: 1);
        _two.AppendAndWrite(Entry(1, 1));
        _one.CommitTo(1);
    }

    private void CommitData(byte[] batch)
    {
        _one.Enter(1, vote: 1, leads: true);
        _one.AppendAndWrite(Data(1, 1, 0, batch));
        _two.Enter(1, vote: 1);
        _two.AppendAndWrite(Data(1, 1, 0, batch));
        _one.CommitTo(1);
    }

    private AppendResponse Acknowledgement(ulong index) => new(
        _two.Id, _one.Id, new Term(1), new LogIndex(index), Rejected: false, LogIndex.Zero, Term.Zero);
}
