using ClusterLog.Broker.Hosting;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Shards;

public sealed class LeaderTableTests
{
    private static readonly GroupId Group = new(7);
    private readonly LeaderTable _table = new();

    [Fact]
    public void Update_OfALaterTerm_WinsEvenWithoutALeader()
    {
        Update(3, 1);
        Update(4, 0);
        Assert.Equal((ReplicaId.None, new Term(4)), _table.LeaderOf(Group));
    }

    [Theory]
    [InlineData(2, 2)] // an earlier term
    [InlineData(3, 0)] // the same term, by one who has not heard yet
    public void Update_OfLessThanIsKnown_ChangesNothing(ulong term, int leader)
    {
        Update(3, 1);
        Update(term, leader);
        Assert.Equal((new ReplicaId(1), new Term(3)), _table.LeaderOf(Group));
    }

    [Fact]
    public void Update_OfTheSameTermsLeader_FillsTheGap()
    {
        Update(3, 0);
        Update(3, 2);
        Assert.Equal((new ReplicaId(2), new Term(3)), _table.LeaderOf(Group));
    }

    [Fact]
    public void ForgetLeader_OfABroker_LeavesWhatOthersLead()
    {
        Update(3, 1);
        _table.Update(new GroupId(8), new Term(5), new ReplicaId(2));
        _table.ForgetLeader(new ReplicaId(1));
        Assert.Equal((ReplicaId.None, new Term(3)), _table.LeaderOf(Group));
        Assert.Equal((new ReplicaId(2), new Term(5)), _table.LeaderOf(new GroupId(8)));

        // The same leader may come back in the same term: its connection was lost, not its office.
        Update(3, 1);
        Assert.Equal(new ReplicaId(1), _table.LeaderOf(Group).Leader);
    }

    [Fact]
    public void LeaderOf_AGroupNeverHeardOf_IsNone() =>
        Assert.Equal((ReplicaId.None, Term.Zero), _table.LeaderOf(new GroupId(99)));

    private void Update(ulong term, int leader) => _table.Update(Group, new Term(term), new ReplicaId(leader));
}
