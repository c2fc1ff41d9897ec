using System.Runtime.CompilerServices;

namespace ClusterLog.Storage.Payloads;

/// <summary>
/// A block of pinned memory that slices are cut from. Goes back to its <see cref="PayloadMemory"/> once it is full and all
/// its slices have ended. Until then only its slices refer to it, so that one of which a slice is forgotten is collected
/// like any other object.
/// </summary>
internal sealed class PayloadBlock
{
    // Slices that have not ended, and one more while slices are still cut from it.
    private int _uses;

    public PayloadBlock(PayloadMemory memory)
    {
        Memory = memory;
        Bytes = GC.AllocateUninitializedArray<byte>(memory.BlockBytes, pinned: true);
    }

    ~PayloadBlock()
    {
        if (Volatile.Read(ref _uses) != 0)
        {
            Memory.OnCollected();
        }
    }

    public PayloadMemory Memory { get; }

    public byte[] Bytes { get; }

    /// <summary>Slices are cut from it from now on. Nobody else has the block.</summary>
    public void Open() => Volatile.Write(ref _uses, 1);

    /// <summary>Under the lock of the memory, while the block is open.</summary>
    public PayloadSlice Cut(int start, int length)
    {
        Interlocked.Increment(ref _uses);
        return new PayloadSlice(this, start, length);
    }

    /// <summary>A slice has ended, once for each; or no more slices are cut from it, once after each <see cref="Open"/>.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            Memory.Return(this);
        }
    }

    /// <summary>Where a byte of the block lies; it stays there.</summary>
    public unsafe void* AddressOf(int position) => (byte*)Unsafe.AsPointer(ref Bytes[0]) + position;
}
