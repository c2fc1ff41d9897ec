using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Sockets;

/// <summary>
/// The memory between sockets and whoever reads or writes frames: pinned blocks, of which a read or write of a socket
/// takes a whole one. The transport's own pool has blocks of 4 KiB, so that a batch of 256 KiB came in by 64 calls. Shared
/// by all connections of its owner; safe to use from any thread. What is rented is bounded by the connections' limits, what
/// is kept for reuse by the constructor's.
/// </summary>
internal sealed class SocketMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private readonly Lock _gate = new();
    private readonly Stack<Block> _free = new();
    private readonly int _freeBlocksMax;

    /// <param name="blockBytes">Bytes of one block.</param>
    /// <param name="freeBytesMax">What is kept for reuse; blocks that come back beyond it are left to the collector.</param>
    public SocketMemory(int blockBytes, long freeBytesMax)
    {
        BlockBytes = blockBytes;
        _freeBlocksMax = (int)(freeBytesMax / blockBytes);
    }

    /// <summary>Bytes of one block.</summary>
    public int BlockBytes { get; }

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>Blocks that wait to be used again.</summary>
    public int FreeBlocks
    {
        get
        {
            lock (_gate)
            {
                return _free.Count;
            }
        }
    }

    /// <summary>This pool: the transport asks for several, and they may as well be one.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_gate)
        {
            // The one that came back last is the likeliest to be in a processor's cache.
            if (_free.TryPop(out var block))
            {
                block.IsRented = true;
                return block;
            }
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Whoever disposes of a pool that it asked for has this one, which others use too.
    }

    private void Return(Block block)
    {
        lock (_gate)
        {
            // Given back twice it would be rented twice.
            if (!block.IsRented)
            {
                throw new InvalidOperationException("A block of socket memory was given back twice.");
            }

            block.IsRented = false;
            if (_free.Count < _freeBlocksMax)
            {
                _free.Push(block);
            }
        }
    }

    private sealed class Block(SocketMemory pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(pool.BlockBytes, pinned: true);

        /// <summary>Under the pool's lock.</summary>
        public bool IsRented { get; set; } = true;

        public void Dispose() => pool.Return(this);
    }
}
