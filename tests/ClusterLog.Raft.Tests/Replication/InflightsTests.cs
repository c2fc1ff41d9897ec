using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft.Tests.Replication;

public sealed class InflightsTests
{
    [Fact]
    public void FreeUpTo_AroundTheRing_FreesInOrder()
    {
        var window = new Inflights(messagesMax: 3, bytesMax: 1_000);
        for (ulong index = 1; index <= 100; index++)
        {
            window.Add(new LogIndex(index), 10);
            window.FreeUpTo(new LogIndex(index - 1));
            Assert.Equal((1, 10L), (window.Count, window.Bytes));
        }
    }

    [Fact]
    public void IsFull_ByMessagesOrBytes_IsTrue()
    {
        var byMessages = new Inflights(messagesMax: 2, bytesMax: 1_000);
        byMessages.Add(new LogIndex(1), 1);
        Assert.False(byMessages.IsFull);
        byMessages.Add(new LogIndex(2), 1);
        Assert.True(byMessages.IsFull);
        Assert.Throws<RaftInvariantException>(() => byMessages.Add(new LogIndex(3), 1));

        var byBytes = new Inflights(messagesMax: 2, bytesMax: 100);
        byBytes.Add(new LogIndex(1), 5_000);
        Assert.True(byBytes.IsFull);
        byBytes.Clear();
        Assert.Equal((0, 0L), (byBytes.Count, byBytes.Bytes));
    }
}
