namespace ClusterLog.Raft.Replication;

/// <summary>
/// The window of appends that one follower has not yet answered, bounded in messages and in bytes. When it is full the
/// leader sends no more entries until an answer frees some. Bytes may exceed the bound by the last message, so that an
/// entry larger than the window still passes.
/// </summary>
internal sealed class Inflights
{
    private const int SlotsMin = 4;

    private readonly int _messagesMax;
    private readonly long _bytesMax;

    // A ring that grows as far as it is needed: most groups are idle, and most members are not fed by this replica.
    private Slot[] _slots = [];
    private int _start;

    public Inflights(int messagesMax, long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messagesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        _messagesMax = messagesMax;
        _bytesMax = bytesMax;
    }

    /// <summary>Appends not yet answered.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of their entries.</summary>
    public long Bytes { get; private set; }

    public bool IsFull => Count == _messagesMax || Bytes >= _bytesMax;

    /// <summary>Notes an append whose last entry is at <paramref name="last"/>; appends come in log order.</summary>
    public void Add(LogIndex last, long bytes)
    {
        if (Count == _messagesMax)
        {
            throw new RaftInvariantException($"An append up to {last} was sent into a full window of {Count} messages.");
        }

        if (Count == _slots.Length)
        {
            Grow();
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

    private void Grow()
    {
        var slots = new Slot[Math.Min(_messagesMax, Math.Max(SlotsMin, 2 * _slots.Length))];
        for (var i = 0; i < Count; i++)
        {
            slots[i] = _slots[(_start + i) % _slots.Length];
        }

        (_slots, _start) = (slots, 0);
    }

    private readonly record struct Slot(LogIndex Last, long Bytes);
}
