using ClusterLog.Broker.Sockets;

namespace ClusterLog.Broker.Tests.Peers;

public sealed class SocketMemoryTests
{
    [Fact]
    public void Rent_AfterBlocksCameBack_GivesThoseAgainAndKeepsNoMoreThanItMay()
    {
        var memory = new SocketMemory(blockBytes: 4096, freeBytesMax: 2 * 4096);
        var blocks = Enumerable.Range(0, 3).Select(_ => memory.Rent(1)).ToArray();
        Assert.Equal(3, blocks.Distinct().Count());
        Assert.All(blocks, block => Assert.Equal(4096, block.Memory.Length));

        Array.ForEach(blocks, static block => block.Dispose());
        Assert.Equal(2, memory.FreeBlocks);
        Assert.Same(blocks[1], memory.Rent());
        Assert.Same(blocks[0], memory.Rent());
        Assert.DoesNotContain(memory.Rent(), blocks);
    }

    [Fact]
    public void Dispose_OfABlockTwice_IsRefusedSoThatNobodyGetsItTwice()
    {
        var memory = new SocketMemory(blockBytes: 4096, freeBytesMax: 1 << 20);
        var block = memory.Rent();
        block.Dispose();
        Assert.Throws<InvalidOperationException>(block.Dispose);
        Assert.Equal(1, memory.FreeBlocks);
    }

    [Fact]
    public void Rent_OfMoreThanABlock_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SocketMemory(4096, 1 << 20).Rent(4097));
}
