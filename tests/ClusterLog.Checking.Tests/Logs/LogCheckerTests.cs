using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Logs;
using static ClusterLog.Checking.Tests.Logs.LogHistories;

namespace ClusterLog.Checking.Tests.Logs;

/// <summary>Each history is the clean one but for one fault, and is reported as that fault and nothing else.</summary>
public sealed class LogCheckerTests
{
    private static readonly FinalRead[] NoFinal = [];

    [Fact]
    public void Check_CleanHistory_FindsNothing() => AssertClean(Clean);

    [Fact]
    public void Check_EmptyHistory_FindsNothing() => AssertClean(new());

    [Fact]
    public void Check_FinalLogLacksTheLastAcknowledged_IsLost() => AssertOnly(
        AnomalyKind.LostRecord,
        "value 13 of producer 1, acknowledged at offset 5, is not in the final log of reader 100",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21))));

    [Fact]
    public void Check_AcknowledgedReplacedByAnother_IsLost() => AssertOnly(
        AnomalyKind.LostRecord,
        "value 13 of producer 1, acknowledged at offset 5, is not in the final log of reader 100",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 22))));

    [Fact]
    public void Check_EmptyFinalLog_CountsEveryLostRecord()
    {
        var report = LogChecker.Check(WithFinal(Final(0)), examplesMax: 2);
        Assert.Equal(5, report.Counts[AnomalyKind.LostRecord]);
        Assert.Equal(2, report.Examples(AnomalyKind.LostRecord).Count);
    }

    [Fact]
    public void Check_OneReplicaLacksAnAcknowledged_IsLost() => AssertOnly(
        AnomalyKind.LostRecord,
        "is not in the final log of reader 101",
        WithFinal(
            Clean.FinalReads[0],
            Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21)) with { Reader = 101 }));

    [Fact]
    public void Check_RetentionTookTheBeginning_FindsNothing() =>
        AssertClean(WithFinal(Final(4, (4, 21), (5, 13))));

    [Fact]
    public void Check_FinalReadInPieces_FindsNothing() => AssertClean(WithFinal(
        Final(0, (0, 10), (1, 20)), Final(2, (2, 11), (3, 12), (4, 21), (5, 13))));

    [Fact]
    public void Check_PhantomsAndLossesOfAnotherPartition_AreNotMixed()
    {
        // The value 10 was sent to one partition, and is read from another.
        var report = LogChecker.Check(WithFinal(Clean.FinalReads[0], new(100, "orders/1", 0, [new(0, 10)])));
        Assert.Equal(AnomalyKind.PhantomRecord, Assert.Single(report.Counts).Key);
        Assert.StartsWith("orders/1: ", report.Examples(AnomalyKind.PhantomRecord)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ValueTwiceInTheFinalLog_IsDuplicate() => AssertOnly(
        AnomalyKind.DuplicateRecord,
        "value 11 is at offsets 2, 6",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 13), (6, 11))));

    [Fact]
    public void Check_UnknownValueTwiceInTheFinalLog_IsDuplicate() => AssertOnly(
        AnomalyKind.DuplicateRecord,
        "value 22 is at offsets 6, 7",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 13), (6, 22), (7, 22))));

    [Fact]
    public void Check_ValueSeenTwiceBeforeRetentionTookOne_IsDuplicate() => AssertOnly(
        AnomalyKind.DuplicateRecord,
        "value 12 is at offsets 3, 6",
        WithFinal(Final(4, (4, 21), (5, 13), (6, 12))));

    [Fact]
    public void Check_AcknowledgedInAnotherOrderThanSent_IsReordered() => AssertOnly(
        AnomalyKind.ReorderedRecord,
        "value 11 of producer 1, sent at 2, is at offset 5, behind 13, sent at 6",
        With(
            produces: [.. Clean.Produces.Select(sent => sent.Value switch
            {
                11 => sent with { Offset = 5 },
                13 => sent with { Offset = 2 },
                _ => sent,
            })],
            polls: [],
            finals: [Final(0, (0, 10), (1, 20), (2, 13), (3, 12), (4, 21), (5, 11))]));

    [Fact]
    public void Check_UnknownWrittenAfterALaterOne_IsNotReordered() => AssertClean(With(
        polls: [],
        produces: [.. Clean.Produces.Select(sent => sent.Value == 13 ? sent with { Offset = 3 } : sent)],
        finals: [Final(0, (0, 10), (1, 20), (2, 11), (3, 13), (4, 21), (5, 12))]));

    [Fact]
    public void Check_AcknowledgedAtAnotherOffset_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "value 13 was acknowledged at offset 9 and is at 5",
        With(produces: [.. Clean.Produces.Select(sent => sent.Value == 13 ? sent with { Offset = 9 } : sent)]));

    [Fact]
    public void Check_TwoAcknowledgedAtOneOffset_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "value 13 was acknowledged at offset 4 and is at 5",
        With(produces: [.. Clean.Produces.Select(sent => sent.Value == 13 ? sent with { Offset = 4 } : sent)]));

    [Fact]
    public void Check_TwoAcknowledgedAtAnOffsetThatNobodyRead_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "offset 0 has the values 10, 11",
        With(produces: [Sent(1, 10, 0, at: 0), Sent(1, 11, 0, at: 1)], polls: [], finals: NoFinal),
        isFinalRead: false);

    [Fact]
    public void Check_ReadFromAnotherOffset_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "consumer 9 read value 13 at offset 4, the final log has it at 5",
        AndPolls(Poll(9, at: 40, (4, 13))));

    [Fact]
    public void Check_TwoConsumersReadTwoValuesFromOneOffset_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "offset 3 has the values 12, 22",
        With(polls: [.. Clean.Polls, Poll(9, at: 40, (3, 22))], finals: [Final(4, (4, 21), (5, 13))]));

    [Fact]
    public void Check_ReplicasHoldTwoValuesAtOneOffset_IsInconsistent() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "offset 3 has the values 12, 22",
        WithFinal(
            Clean.FinalReads[0],
            Final(0, (0, 10), (1, 20), (2, 11), (3, 22), (4, 21), (5, 13)) with { Reader = 101 }));

    [Fact]
    public void Check_ReplicasHoldTwoValuesTheOtherWayRound_IsInconsistentButNotDuplicate()
    {
        var report = LogChecker.Check(WithFinal(
            Clean.FinalReads[0],
            Final(0, (0, 10), (1, 20), (2, 11), (3, 21), (4, 12), (5, 13)) with { Reader = 101 }));
        Assert.Equal(
            ["orders/0: offset 3 has the values 12, 21", "orders/0: offset 4 has the values 12, 21"],
            report.Examples(AnomalyKind.InconsistentOffset));
        Assert.Single(report.Counts);
    }

    [Fact]
    public void Check_ReadAtAnotherOffsetThanAcknowledgedInALogThatNobodyRead_IsInconsistentOnce() => AssertOnly(
        AnomalyKind.InconsistentOffset,
        "value 10 was acknowledged at offset 0 and is at 1",
        With(
            produces: [Sent(1, 10, 0, at: 0), Sent(2, 20, null, at: 1, Outcome.Unknown)],
            polls: [Poll(9, at: 10, (0, 20), (1, 10))],
            finals: NoFinal),
        isFinalRead: false);

    [Fact]
    public void Check_FinalLogSkipsAnOffset_IsGap() => AssertOnly(
        AnomalyKind.OffsetGap,
        "final reader 100 expected offset 3 and found 4, value 21",
        With(
            produces: [.. Clean.Produces],
            polls: [.. Clean.Polls.Select(poll => poll with { Records = [.. poll.Records.Where(r => r.Offset != 3)] })],
            finals: [Final(0, (0, 10), (1, 20), (2, 11), (4, 21), (5, 13))]));

    [Fact]
    public void Check_FinalLogRepeatsAnOffset_IsGap() => AssertOnly(
        AnomalyKind.OffsetGap,
        "final reader 100 expected offset 3 and found 2, value 11",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (2, 11), (3, 12), (4, 21), (5, 13))));

    [Fact]
    public void Check_FinalLogDoesNotBeginAtItsStart_IsGap() => AssertOnly(
        AnomalyKind.OffsetGap,
        "final reader 100 expected offset 0 and found 1, value 20",
        With(produces: [Sent(2, 20, 1, at: 1)], polls: [], finals: [Final(0, (1, 20))]));

    [Fact]
    public void Check_ConsumerGoesBackBetweenPolls_IsNonMonotonic() => AssertOnly(
        AnomalyKind.NonMonotonicPoll,
        "consumer 9 got offset 1 after 1, at 35",
        AndPolls(Poll(9, at: 10, (0, 10), (1, 20)), Poll(9, at: 30, (1, 20), (2, 11))));

    [Fact]
    public void Check_ConsumerGoesBackWithinAPoll_IsNonMonotonic() => AssertOnly(
        AnomalyKind.NonMonotonicPoll,
        "consumer 9 got offset 0 after 1, at 15",
        AndPolls(Poll(9, at: 10, (0, 10), (1, 20), (0, 10), (1, 20))));

    [Fact]
    public void Check_ConsumerGetsWhatIsBeforeItsSeek_IsNonMonotonic() => AssertOnly(
        AnomalyKind.NonMonotonicPoll,
        "consumer 8 got offset 2 after 2, at 31",
        With(polls: [.. Clean.Polls.Where(poll => poll.Consumer != 8), Poll(8, at: 26, (2, 11), (3, 12))]));

    [Fact]
    public void Check_ConsumerIsNotGivenARecord_IsSkipped() => AssertOnly(
        AnomalyKind.SkippedRecord,
        "consumer 9 got offset 3 after 1, at 45, and never 2",
        AndPolls(Poll(9, at: 10, (0, 10), (1, 20)), Poll(9, at: 40, (3, 12))));

    [Fact]
    public void Check_ConsumerMissesWhatRetentionTook_IsNotSkipped() => AssertClean(With(
        polls: [Poll(9, at: 10, (0, 10)), Poll(9, at: 40, (3, 12), (4, 21))],
        finals: [Final(3, (3, 12), (4, 21), (5, 13))]));

    [Fact]
    public void Check_ValueReadButNotInTheFinalLog_IsUncommitted() => AssertOnly(
        AnomalyKind.UncommittedRead,
        "consumer 9 read value 22 at offset 6, which the final log does not hold",
        AndPolls(Poll(9, at: 40, (6, 22))));

    [Fact]
    public void Check_FailedValueReadButNotInTheFinalLog_IsUncommitted() => AssertOnly(
        AnomalyKind.UncommittedRead,
        "consumer 9 read value 14 at offset 6",
        AndPolls(Poll(9, at: 40, (6, 14))));

    [Fact]
    public void Check_ValueReadWhereTheFinalLogHasAnother_IsUncommitted() => AssertOnly(
        AnomalyKind.UncommittedRead,
        "consumer 9 read value 22 at offset 5",
        AndPolls(Poll(9, at: 40, (5, 22))));

    [Fact]
    public void Check_UncommittedReadFromALeaderThatIsNone_IsDirty() => AssertOnly(
        AnomalyKind.DirtyRead,
        "read value 22 at offset 5, which the final log does not hold, at 45 from the leader of term 1; term 2 began at 28",
        AndPolls(Poll(9, at: 40, (5, 22)) with { Term = 1 }));

    [Fact]
    public void Check_UncommittedReadBeforeTheChangeOfLeader_IsNotDirty() => AssertOnly(
        AnomalyKind.UncommittedRead,
        "consumer 9 read value 22 at offset 5",
        AndPolls(Poll(9, at: 10, (5, 22))));

    [Fact]
    public void Check_CommittedReadFromALeaderThatIsNone_FindsNothing() =>
        AssertClean(AndPolls(Poll(9, at: 40, (2, 11)) with { Term = 1 }));

    [Fact]
    public void Check_ConsumerReadsWhatNobodySent_IsPhantom() => AssertOnly(
        AnomalyKind.PhantomRecord,
        "consumer 9 read value 99 at offset 5, which nobody sent here",
        AndPolls(Poll(9, at: 40, (5, 99))));

    [Fact]
    public void Check_FinalLogHoldsWhatNobodySent_IsPhantom() => AssertOnly(
        AnomalyKind.PhantomRecord,
        "final reader 100 read value 99 at offset 6, which nobody sent here",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 13), (6, 99))));

    [Fact]
    public void Check_FinalLogHoldsWhatFailed_IsReported() => AssertOnly(
        AnomalyKind.FailedRecordWritten,
        "final reader 100 read value 14 at offset 6, but producer 1 was told that it failed",
        WithFinal(Final(0, (0, 10), (1, 20), (2, 11), (3, 12), (4, 21), (5, 13), (6, 14))));

    [Fact]
    public void Check_NoFinalRead_SaysWhatIsNotJudged()
    {
        var report = LogChecker.Check(WithFinal());
        Assert.True(report.IsClean, report.ToString());
        Assert.Equal([Partition], report.PartitionsWithoutFinalRead);
        Assert.Contains("Not fully judged, for want of a final read: orders/0", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ValueSentTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => LogChecker.Check(With(produces: [Sent(1, 5, 0, 0), Sent(2, 5, 1, 1)])));

    [Fact]
    public void Check_AcknowledgedWithoutOffset_Throws() =>
        Assert.Throws<ArgumentException>(() => LogChecker.Check(With(produces: [Sent(1, 5, null, 0)])));

    private static void AssertClean(LogHistory history)
    {
        var report = LogChecker.Check(history);
        Assert.True(report.IsClean, report.ToString());
        Assert.Empty(report.PartitionsWithoutFinalRead);
        Assert.Equal("No anomalies.\n", report.ToString());
    }

    private static void AssertOnly(AnomalyKind kind, string example, LogHistory history, bool isFinalRead = true)
    {
        var report = LogChecker.Check(history);
        Assert.True(
            report.Counts.Count == 1 && report.Counts.GetValueOrDefault(kind) == 1,
            $"Expected one {kind}, found:\n{report}");
        Assert.Contains(example, Assert.Single(report.Examples(kind)), StringComparison.Ordinal);
        Assert.Equal(isFinalRead, report.PartitionsWithoutFinalRead.Count == 0);
    }
}
