using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Faults;

/// <summary>Faults that other systems had in elections (the numbers of the fault list), and broken groups.</summary>
public sealed class ElectionFaultTests
{
    private static readonly RaftOptions NoLease = new() { PreVote = false, CheckQuorum = false };

    [Fact]
    public void Fault7_CandidateFollowsLeaderOfItsTerm_KeepsItsVote()
    {
        var single = new SingleCore(options: NoLease);
        single.Core.Campaign();
        single.Core.TakeOutput();
        single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0));
        Assert.Equal(RaftRole.Follower, single.Core.Role);

        var output = single.Step(SingleCore.Vote(3, term: 1, lastIndex: 9, lastTerm: 1));

        Assert.False(Assert.IsType<VoteResponse>(Assert.Single(output.MessagesAfterDurable)).Granted);
        Assert.Equal(SingleCore.Id(1), single.Core.PendingHardState.Vote);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fault7_SecondCandidateOfTheTerm_GetsNoVoteEvenForATransfer(bool isTransfer)
    {
        var single = new SingleCore();
        var first = single.Step(SingleCore.Vote(2, term: 1));
        var second = single.Step(SingleCore.Vote(3, term: 1, isTransfer: isTransfer));
        var again = single.Step(SingleCore.Vote(2, term: 1));

        Assert.True(Assert.IsType<VoteResponse>(Assert.Single(first.MessagesAfterDurable)).Granted);
        Assert.False(Assert.IsType<VoteResponse>(Assert.Single(second.MessagesAfterDurable)).Granted);
        Assert.True(Assert.IsType<VoteResponse>(Assert.Single(again.MessagesAfterDurable)).Granted);
        Assert.Null(second.HardState);
    }

    [Fact]
    public void Fault7_PreVote_ChangesNeitherTermNorVote()
    {
        var single = new SingleCore();

        var output = single.Step(new PreVoteRequest(SingleCore.Id(2), SingleCore.Id(1), new Term(9), new LogIndex(1), new Term(1)));

        Assert.True(Assert.IsType<PreVoteResponse>(Assert.Single(output.MessagesAfterDurable)).Granted);
        Assert.Null(output.HardState);
        Assert.Equal(Term.Zero, single.Core.Term);
    }

    [Fact]
    public void Vote_CandidateWithShorterLog_IsRefusedEvenForATransfer()
    {
        var single = new SingleCore(term: 2, entryTerms: [1, 2]);

        foreach (var (index, term) in new[] { (1UL, 2UL), (9UL, 1UL) })
        {
            single.Core.Step(SingleCore.Vote(2, term: 3, index, term, isTransfer: true));
        }

        Assert.All(
            single.Core.TakeOutput().MessagesAfterDurable, message => Assert.False(((VoteResponse)message).Granted));
        Assert.True(single.Core.PendingHardState.Vote.IsNone);
    }

    [Fact]
    public void Step_SecondLeaderOfTheTerm_BreaksTheInvariant()
    {
        var single = new SingleCore();
        single.Step(SingleCore.Append(2, term: 1, previousIndex: 0, previousTerm: 0, commit: 0));

        Assert.Throws<RaftInvariantException>(
            () => single.Core.Step(SingleCore.Append(3, term: 1, previousIndex: 0, previousTerm: 0, commit: 0)));
    }

    [Fact]
    public void Step_AppendThatConflictsWithCommitted_BreaksTheInvariant()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1], applied: 2);

        var exception = Assert.Throws<RaftInvariantException>(
            () => single.Core.Step(SingleCore.Append(2, term: 2, previousIndex: 1, previousTerm: 1, commit: 0, 2, 2, 2)));

        Assert.Contains("commit 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3UL, single.Log.LastIndex.Value);
    }

    [Fact]
    public void Step_AppendOfALeaderThatLostWhatIsCommittedHere_IsNotAcceptedAsHeld()
    {
        // All of it lies at or before the commit index: a leader that lost nothing holds it too.
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1], applied: 3);

        var exception = Assert.Throws<RaftInvariantException>(
            () => single.Core.Step(SingleCore.Append(2, term: 2, previousIndex: 1, previousTerm: 1, commit: 0, 2)));

        Assert.Equal(new LogIndex(2), exception.LostIndex);
    }

    [Fact]
    public void Step_HeartbeatBeyondTheLog_BreaksTheInvariant()
    {
        var single = new SingleCore();

        Assert.Throws<RaftInvariantException>(() => single.Core.Step(
            new HeartbeatRequest(SingleCore.Id(2), SingleCore.Id(1), new Term(1), new LogIndex(5))));
    }

    [Fact]
    public void Step_AppendThatBreaksIndexTermOrOffset_IsRefusedAndCounted()
    {
        var single = new SingleCore(term: 1, entryTerms: [1]);
        var good = SingleCore.Append(2, term: 2, previousIndex: 1, previousTerm: 1, commit: 0, 2);
        var entry = good.Entries[0];
        var broken = new[]
        {
            entry with { Index = new LogIndex(3) },
            entry with { Term = new Term(3) },
            entry with { Term = Term.Zero },
            entry with { BaseOffset = 4 },
            entry with { OffsetCount = -1 },
        };

        foreach (var wrong in broken)
        {
            Assert.Empty(single.Step(good with { Entries = [wrong] }).Entries);
        }

        single.Step(good with { From = ReplicaId.None });
        single.Step(new AppendResponse(
            SingleCore.Id(8), SingleCore.Id(1), new Term(9), new LogIndex(1), Rejected: false, LogIndex.Zero, Term.Zero));
        Assert.Equal(2UL, single.Core.Term.Value);
        Assert.Equal(broken.Length + 2, single.Core.RefusedMessages);
        Assert.Equal(1UL, single.Log.LastIndex.Value);
        Assert.Single(single.Step(good).Entries);
    }

    [Fact]
    public void Constructor_LogBehindWhatWasApplied_BreaksTheInvariant()
        => Assert.Throws<RaftInvariantException>(() => new SingleCore(term: 1, entryTerms: [1], applied: 2));
}
