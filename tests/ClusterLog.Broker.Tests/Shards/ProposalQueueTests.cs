using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Shards;

public sealed class ProposalQueueTests
{
    private readonly ProposalQueue _queue = new();

    [Fact]
    public void OnApplied_OfItsEntry_CompletesIt()
    {
        var proposals = new[] { Add(1, 3), Add(2, 3), Add(3, 3) };
        _queue.OnApplied(Entry(1, 3));
        _queue.OnApplied(Entry(2, 3));
        Assert.Equal(["done", "done", null], proposals.Select(proposal => proposal.Outcome));
    }

    [Fact]
    public void OnApplied_OfAnotherTermsEntryInItsPlace_FailsIt()
    {
        var (replaced, kept) = (Add(1, 3), Add(2, 4));
        _queue.OnApplied(Entry(1, 4));
        _queue.OnApplied(Entry(2, 4));
        Assert.Equal(("NotLeader", "done"), (replaced.Outcome, kept.Outcome));
    }

    [Fact]
    public void OnDurable_CompletesOnlyThoseWhomTheLeaderIsEnough()
    {
        var (all, leader, later) = (Add(1, 3), Add(2, 3, byLeader: true), Add(3, 3, byLeader: true));
        _queue.OnDurable(new LogIndex(2));
        Assert.Equal((null, "done", null), (all.Outcome, leader.Outcome, later.Outcome));
        _queue.OnApplied(Entry(1, 3));
        _queue.OnApplied(Entry(2, 3));
        Assert.Equal(("done", 1), (all.Outcome, leader.Times));
    }

    [Fact]
    public void OnLeadershipLost_TellsEachThatItsOutcomeIsUnknown_Once()
    {
        var (first, second) = (Add(1, 3), Add(2, 3, byLeader: true));
        _queue.OnLeadershipLost(new Term(4));
        _queue.OnDurable(new LogIndex(2));
        _queue.OnApplied(Entry(1, 3));
        Assert.Equal(("RequestTimedOut", 1), (first.Outcome, first.Times));
        Assert.Equal(("RequestTimedOut", 1), (second.Outcome, second.Times));
    }

    [Fact]
    public void OnSnapshotInstalled_TellsThoseItCoversThatTheirOutcomeIsUnknown_AndLeavesTheRest()
    {
        var (covered, byLeader, later) = (Add(1, 3), Add(2, 3, byLeader: true), Add(3, 3, byLeader: true));
        _queue.OnSnapshotInstalled(new LogIndex(2));
        Assert.Equal(("RequestTimedOut", "RequestTimedOut", null), (covered.Outcome, byLeader.Outcome, later.Outcome));
        _queue.OnApplied(Entry(3, 3));
        _queue.OnDurable(new LogIndex(3));
        Assert.Equal(("done", 1, 1), (later.Outcome, later.Times, byLeader.Times));
    }

    [Fact]
    public void FailAll_TellsEachTheReason()
    {
        var proposal = Add(1, 3);
        _queue.FailAll(ErrorCode.StorageFailed, "gone");
        Assert.Equal("StorageFailed", proposal.Outcome);
    }

    [Fact]
    public void ExpireOlderThan_AnswersTheLate_AndTheirPlacesKeepTheOrder()
    {
        var (late, young) = (Add(1, 3, deadline: 10), Add(2, 3, deadline: 20));
        _queue.ExpireOlderThan(10);
        Assert.Equal(("RequestTimedOut", null), (late.Outcome, young.Outcome));
        _queue.OnApplied(Entry(1, 3));
        _queue.OnApplied(Entry(2, 3));
        Assert.Equal((1, "done"), (late.Times, young.Outcome));
    }

    private static LogEntry Entry(ulong index, ulong term) =>
        new(new LogIndex(index), new Term(term), EntryKind.Data, 0, 0, 0, default);

    private Waiting Add(ulong index, ulong term, bool byLeader = false, long deadline = 1000)
    {
        var proposal = new Waiting(byLeader) { DeadlineMilliseconds = deadline };
        proposal.Place(Entry(index, term));
        _queue.Add(proposal);
        return proposal;
    }

    private sealed class Waiting(bool byLeader) : Proposal
    {
        public override bool CompletesWhenDurableHere => byLeader;

        public string? Outcome { get; private set; }

        public int Times { get; private set; }

        protected override void OnCompleted() => Hear("done");

        protected override void OnFailed(ErrorCode code, string message) => Hear(code.ToString());

        private void Hear(string outcome)
        {
            Outcome = outcome;
            Times++;
        }
    }
}
