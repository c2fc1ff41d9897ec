namespace ClusterLog.Storage.Payloads;

/// <summary>
/// The memory of payloads, from their arrival on: large pinned blocks, from which slices are cut one behind the other. What
/// comes at the same time leaves the tails of the logs at about the same time, so that whole blocks come back. Any thread.
/// <para>
/// Safety rests on <see cref="PayloadSlice"/> alone: a block comes back only when all its slices have ended. Everything else
/// here costs or saves memory.
/// </para>
/// </summary>
internal sealed class PayloadMemory
{
    /// <summary>Bytes of a block: sixteen batches as producers make them, four appends as followers get them.</summary>
    public const int DefaultBlockBytes = 4 << 20;

    /// <summary>What blocks are filled with when they come back, where that is asked for.</summary>
    public const byte Poison = 0xDB;

    // Slices begin at multiples of it.
    private const int Alignment = 16;

    private readonly Lock _gate = new();

    // The one that came back first is used first: should anyone still read it, that is seen the sooner by poison.
    private readonly Queue<PayloadBlock> _free = new();
    private readonly long _bytesMax;
    private readonly int _freeBlocksMax;
    private readonly bool _poisons;
    private PayloadBlock? _open;
    private int _filled;
    private long _blocksInUse;
    private long _blocksLost;

    /// <param name="bytesMax">
    /// What may be in use; beyond it, payloads get arrays of their own, and from three quarters of it on whoever takes
    /// them along for long copies them.
    /// </param>
    /// <param name="freeBytesMax">What is kept for reuse; blocks that come back beyond it are left to the collector.</param>
    /// <param name="blockBytes">Bytes of one block; half of it is the longest slice.</param>
    /// <param name="poisons">
    /// Fills each block with <see cref="Poison"/> when it comes back, and looks when it is used again whether somebody has
    /// written to it meanwhile: a mistake is then met at once. For tests.
    /// </param>
    public PayloadMemory(long bytesMax, long freeBytesMax, int blockBytes = DefaultBlockBytes, bool poisons = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 2 * Alignment);
        (_bytesMax, BlockBytes, _poisons) = (bytesMax, blockBytes, poisons);
        _freeBlocksMax = (int)Math.Min(freeBytesMax / blockBytes, int.MaxValue);
    }

    /// <summary>Bytes of one block.</summary>
    public int BlockBytes { get; }

    /// <summary>Bytes of blocks that hold payloads, also where few of them are left.</summary>
    public long UsedBytes => Interlocked.Read(ref _blocksInUse) * BlockBytes;

    /// <summary>Bytes of blocks that wait to be used again.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)_free.Count * BlockBytes;
            }
        }
    }

    /// <summary>Counter: bytes of blocks that never came back, for somebody has forgotten a slice; the collector has them.</summary>
    public long LostBytes => Interlocked.Read(ref _blocksLost) * BlockBytes;

    /// <summary>Much of what may be in use is: whoever would take a payload along for long should copy it.</summary>
    public bool IsCrowded => UsedBytes > _bytesMax / 4 * 3;

    /// <summary>The memory of one payload, with anything in it. An array of its own where it is long, or blocks are used up.</summary>
    public Memory<byte> Rent(int bytes)
    {
        if (bytes > 0 && bytes <= BlockBytes / 2)
        {
            lock (_gate)
            {
                if ((_open is not null && _filled + bytes <= BlockBytes) || TryOpen())
                {
                    var slice = _open!.Cut(_filled, bytes);
                    _filled += (bytes + Alignment - 1) & -Alignment;
                    return slice.Memory;
                }
            }
        }

        return GC.AllocateUninitializedArray<byte>(bytes);
    }

    /// <summary>All slices of a block have ended, and no more are cut from it. Whoever calls has it for himself.</summary>
    internal void Return(PayloadBlock block)
    {
        Interlocked.Decrement(ref _blocksInUse);
        if (_poisons)
        {
            block.Bytes.AsSpan().Fill(Poison);
        }

        lock (_gate)
        {
            if (_free.Count < _freeBlocksMax)
            {
                _free.Enqueue(block);
            }
        }
    }

    /// <summary>The collector has found a block that never came back. Any thread; takes no lock.</summary>
    internal void OnCollected()
    {
        Interlocked.Decrement(ref _blocksInUse);
        Interlocked.Increment(ref _blocksLost);
    }

    private bool TryOpen()
    {
        var full = _open;
        (_open, _filled) = (null, 0);
        full?.Leave();
        if (!_free.TryDequeue(out var block))
        {
            if (UsedBytes + BlockBytes > _bytesMax)
            {
                return false;
            }

            block = new PayloadBlock(this);
        }
        else if (_poisons && block.Bytes.AsSpan().IndexOfAnyExcept(Poison) is >= 0 and var position)
        {
            throw new InvalidOperationException(
                $"Byte {position} of a block of payloads was written after all its payloads were gone.");
        }

        Interlocked.Increment(ref _blocksInUse);
        block.Open();
        _open = block;
        return true;
    }
}
