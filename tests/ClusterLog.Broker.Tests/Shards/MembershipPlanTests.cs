using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>The steps from the members that there are to those that there are to be.</summary>
public sealed class MembershipPlanTests
{
    private static readonly ReplicaId One = new(1);
    private static readonly ReplicaId Two = new(2);
    private static readonly ReplicaId Three = new(3);
    private static readonly ReplicaId Four = new(4, 9);
    private static readonly ReplicaId NewThree = new(3, 7);

    [Fact]
    public void Next_WhereAReplicaWasReplaced_TakesTheDeadOneOutAtOnceAndPromotesLater()
    {
        var start = Configuration.Of(One, Two, Three);
        Assert.Equal(
            [MemberChange.AddLearner(NewThree), MemberChange.Remove(Three)], Steps(start, [One, Two, NewThree], One));
        var filling = new Configuration([One, Two], [], [NewThree], [], autoLeave: false);
        Assert.Empty(Steps(filling, [One, Two, NewThree], One));
        Assert.Equal([MemberChange.AddVoter(NewThree)], Steps(filling, [One, Two, NewThree], One, NewThree));
        Assert.True(MembershipPlan.IsReached(Configuration.Of(One, Two, NewThree), [One, Two, NewThree]));
    }

    [Fact]
    public void Next_WhereAReplicaMoves_KeepsTheOldOneUntilTheNewOneHasCaughtUp()
    {
        var start = Configuration.Of(One, Two, Three);
        Assert.Equal([MemberChange.AddLearner(Four)], Steps(start, [One, Two, Four], One));
        var filling = new Configuration([One, Two, Three], [], [Four], [], autoLeave: false);
        Assert.Empty(Steps(filling, [One, Two, Four], One));
        Assert.Equal(
            [MemberChange.AddVoter(Four), MemberChange.Remove(Three)], Steps(filling, [One, Two, Four], One, Four));
    }

    [Fact]
    public void Next_WhereOneOfTwoNewOnesLags_PromotesTheOtherAndRemovesNobodyYet()
    {
        var filling = new Configuration([One, Two, Three], [], [Four, new ReplicaId(5, 9)], [], autoLeave: false);
        Assert.Equal([MemberChange.AddVoter(Four)], Steps(filling, [One, Four, new ReplicaId(5, 9)], One, Four));
    }

    [Fact]
    public void Next_InAJointConfiguration_Waits()
    {
        var joint = new Configuration([One, Two, Four], [One, Two, Three], [], [], autoLeave: true);
        Assert.Empty(Steps(joint, [One, Two, Four], One, Four));
        Assert.False(MembershipPlan.IsReached(joint, [One, Two, Four]));
    }

    [Fact]
    public void Next_WhereTheLeaderItselfWasReplaced_KeepsItWhileItLeads()
    {
        var start = Configuration.Of(One, Two, Three);
        Assert.Equal([MemberChange.AddLearner(NewThree)], Steps(start, [One, Two, NewThree], Three));
    }

    [Fact]
    public void Next_WhereAMemberWasPlacedLaterThanTheMetadataIsKnown_ChangesNothing()
    {
        var moved = Configuration.Of(One, Two, Three, Four);
        Assert.Null(MembershipPlan.Next(moved, [One, Two, Three], new LogIndex(8), One, static _ => true));
        Assert.NotNull(MembershipPlan.Next(moved, [One, Two, Three], new LogIndex(9), One, static _ => true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Next_FromAnywhereToAnywhere_GetsThereBySafeSteps(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var current = Configuration.Of(Draw(random, 0));
            var wanted = Draw(random, 2);
            for (var steps = 0; !MembershipPlan.IsReached(current, wanted); steps++)
            {
                if (current.Voters.Length == 1 && IsOnlySucceeded(current.Voters[0], wanted))
                {
                    // Nobody else can lead, and it must not make way for a replica of its own broker: it waits.
                    break;
                }

                Assert.True(steps < 300, $"seed {seed}, round {round}: {current} does not become {string.Join(' ', wanted)}");
                var leader = current.Voters[random.Next(current.Voters.Length)];
                var change = MembershipPlan.Next(
                    current, wanted, new LogIndex(100), leader, _ => random.Next(2) == 0);
                if (change is null)
                {
                    continue;
                }

                var (next, refusal) = ConfigurationChanger.Apply(current, change);
                Assert.True(next is not null, $"seed {seed}, round {round}: {current}, {change}: {refusal}");
                if (next.IsJoint)
                {
                    next = ConfigurationChanger.LeaveJoint(next).Configuration!;
                }

                Assert.Equal(next.Voters.Length, next.Voters.ToArray().DistinctBy(voter => voter.Value).Count());
                current = next;
            }
        }
    }

    private static bool IsOnlySucceeded(ReplicaId voter, ReplicaId[] wanted) =>
        wanted.All(replica => replica.IsSameBroker(voter)) && !wanted.Contains(voter);

    private static ReplicaId[] Draw(Random random, int incarnationMax)
    {
        int[] brokers = [1, 2, 3, 4, 5];
        random.Shuffle(brokers);
        return [.. brokers.Take(random.Next(1, 6)).Select(broker => new ReplicaId(broker, (uint)random.Next(incarnationMax + 1))).Order()];
    }

    private static IEnumerable<MemberChange> Steps(
        Configuration current, ReplicaId[] wanted, ReplicaId leader, params ReplicaId[] caughtUp) =>
        MembershipPlan.Next(current, wanted, new LogIndex(100), leader, caughtUp.Contains)?.Members ?? [];
}
