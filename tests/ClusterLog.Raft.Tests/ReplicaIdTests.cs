namespace ClusterLog.Raft.Tests;

public sealed class ReplicaIdTests
{
    [Fact]
    public void ToString_WithAndWithoutIncarnation_NamesBoth()
    {
        Assert.Equal("3", new ReplicaId(3).ToString());
        Assert.Equal("3.2", new ReplicaId(3, 2).ToString());
    }

    [Fact]
    public void CompareTo_SeveralIncarnations_SortsByBrokerThenIncarnation()
    {
        ReplicaId[] ids = [new(2), new(1, 7), new(10), new(1), new(2, 1)];
        Array.Sort(ids);
        Assert.Equal([new(1), new(1, 7), new(2), new(2, 1), new(10)], ids);
    }

    [Fact]
    public void Equals_OtherIncarnationOfABroker_IsSomebodyElse()
    {
        Assert.NotEqual(new ReplicaId(3, 1), new ReplicaId(3));
        Assert.True(new ReplicaId(3, 1).IsSameBroker(new ReplicaId(3)));
        Assert.False(new ReplicaId(3, 1).IsNone);
    }
}
