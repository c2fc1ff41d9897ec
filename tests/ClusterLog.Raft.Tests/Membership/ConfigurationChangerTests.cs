using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Tests.Membership;

public sealed class ConfigurationChangerTests
{
    private const int ReplicasMax = 6;

    /// <summary>
    /// What the safety of a change rests on: no quorum of a configuration and no quorum of the next one are disjoint
    /// (thesis 4.1 and 4.3). Checked for every pair of sets of voters, along random walks of changes.
    /// </summary>
    [Fact]
    public void Apply_AnyChange_KeepsQuorumsOverlapping()
    {
        var random = new Random(17);
        var configuration = Configuration.Of(Id(1), Id(2), Id(3));
        var accepted = 0;
        for (var i = 0; i < 3_000; i++)
        {
            if (ConfigurationChanger.Apply(configuration, DrawChange(random)).Configuration is not { } next)
            {
                continue;
            }

            AssertOverlap(configuration, next);
            configuration = next;
            accepted++;
        }

        Assert.True(accepted > 500, $"Only {accepted} changes were accepted.");
    }

    [Fact]
    public void Apply_SeveralAtOnce_GoesByJointConsensusThatLeavesByItself()
    {
        var change = new ConfigurationChange(MemberChange.AddVoter(Id(4)), MemberChange.Remove(Id(1)));

        var joint = ConfigurationChanger.Apply(Configuration.Of(Id(1), Id(2), Id(3)), change).Configuration!;

        Assert.Equal("voters=(2 3 4)&&(1 2 3) autoleave", joint.ToString());
        Assert.Equal("voters=(2 3 4)", ConfigurationChanger.Apply(joint, ConfigurationChange.Leave).Configuration!.ToString());
    }

    [Fact]
    public void Apply_ExplicitTransition_StaysJointForASingleChange()
    {
        var change = new ConfigurationChange([MemberChange.AddVoter(Id(2))], ChangeTransition.JointExplicit);

        var joint = ConfigurationChanger.Apply(Configuration.Of(Id(1)), change).Configuration!;

        Assert.Equal("voters=(1 2)&&(1)", joint.ToString());
    }

    [Fact]
    public void Apply_OtherIncarnationOfAMember_IsSomebodyElse()
    {
        var change = new ConfigurationChange(
            MemberChange.Remove(Id(3)), MemberChange.AddLearner(new ReplicaId(3, 1)));

        var joint = ConfigurationChanger.Apply(Configuration.Of(Id(1), Id(2), Id(3)), change).Configuration!;

        Assert.Equal("voters=(1 2)&&(1 2 3) learners=(3.1) autoleave", joint.ToString());
        Assert.True(joint.IsVoter(Id(3)));
        Assert.True(joint.IsLearner(new ReplicaId(3, 1)));
        Assert.False(joint.IsVoter(new ReplicaId(3, 1)));
    }

    [Fact]
    public void Constructor_InvariantBroken_Throws()
    {
        Assert.Throws<ArgumentException>(() => new Configuration([Id(1)], [], [Id(1)], [], autoLeave: false));
        Assert.Throws<ArgumentException>(() => new Configuration([Id(1)], [], [], [Id(2)], autoLeave: false));
        Assert.Throws<ArgumentException>(() => new Configuration([Id(1)], [], [], [], autoLeave: true));
        Assert.Throws<ArgumentException>(() => new Configuration([], [Id(1)], [], [], autoLeave: false));
        Assert.Throws<ArgumentException>(() => new Configuration([Id(1)], [Id(1), Id(2)], [], [Id(1)], autoLeave: false));
    }

    private static ReplicaId Id(int id) => new(id);

    private static ConfigurationChange DrawChange(Random random)
    {
        if (random.Next(3) == 0)
        {
            return ConfigurationChange.Leave;
        }

        var members = new MemberChange[random.Next(1, 5)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new MemberChange((MemberChangeKind)random.Next(4), Id(random.Next(1, ReplicasMax + 1)));
        }

        return new ConfigurationChange(members, (ChangeTransition)random.Next(3));
    }

    private static void AssertOverlap(Configuration before, Configuration after)
    {
        for (var one = 0; one < 1 << ReplicasMax; one++)
        {
            if (before.Quorum.Result(new Ayes(one)) != VoteResult.Won)
            {
                continue;
            }

            // The largest set without any of them is the best chance of a disjoint quorum.
            var others = ~one;
            Assert.True(
                after.Quorum.Result(new Ayes(others)) != VoteResult.Won,
                $"{before} and {after} can decide without each other.");
        }
    }

    private readonly struct Ayes(int set) : IVotes
    {
        public bool? VoteOf(ReplicaId voter) => (set & (1 << (voter.Value - 1))) != 0;
    }
}
