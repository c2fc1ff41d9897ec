namespace ClusterLog.Raft.Replication;

/// <summary>
/// The window of appends that one follower has not yet answered, bounded in messages and in bytes. When it is full the
/// leader sends no more entries until an answer frees some. Bytes may exceed the bound by the last message, so that an
/// entry larger than the window still passes.
/// </summary>
internal sealed class Inflights
{
    private readonly long _bytesMax;
    private readonly Slot[] _slots;
    private int _start;

    public Inflights(int messagesMax, long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        _bytesMax = bytesMax;
        _slots = new Slot[messagesMax];
    }

    /// <summary>Appends not yet answered.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of their entries.</summary>
    public long Bytes { get; private set; }

    public bool IsFull => Count == _slots.Length || Bytes >= _bytesMax;

    /// <summary>Notes an append whose last entry is at <paramref name="last"/>; appends come in log order.</summary>
    public void Add(LogIndex last, long bytes)
    {
        if (Count == _slots.Length)
        {
            throw new RaftInvariantException($"An append up to {last} was sent into a full window of {Count} messages.");
        }

        _slots[(_start + Count) % _slots.Length] = new Slot(last, bytes);
        Count++;
        Bytes += bytes;
    }

    /// <summary>Frees every append that ends at or before <paramref name="index"/>: an answer covers earlier ones.</summary>
    public void FreeUpTo(LogIndex index)
    {
        while (Count > 0 && _slots[_start].Last <= index)
        {
            Bytes -= _slots[_start].Bytes;
            _start = (_start + 1) % _slots.Length;
            Count--;
        }
    }

    public void Clear()
    {
        _start = 0;
        Count = 0;
        Bytes = 0;
    }

    private readonly record struct Slot(LogIndex Last, long Bytes);
}
