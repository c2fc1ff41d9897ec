using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage;

/// <summary>
/// The newest entries of one log, in memory, in a ring. Owner thread only. Entries are kept by reference: the memory of
/// their payloads is shared with whoever writes, sends or reads them, and to let go of an entry copies nothing. The tail has a
/// share of each payload (<see cref="PayloadSlice"/>), which it gives back when the oldest entry leaves; what goes any other
/// way is left to the collector. Invariant: indexes are dense, from <see cref="FirstIndex"/> to <see cref="LastIndex"/>.
/// </summary>
internal sealed class LogTail
{
    private (LogEntry? Entry, long Arrival)[] _ring = [];
    private int _head;
    private ulong _first;

    /// <param name="firstIndex">The index of the first entry that will be added.</param>
    public LogTail(LogIndex firstIndex)
    {
        _first = firstIndex.Value;
    }

    /// <summary>Forgets everything; the next entry that is added has this index.</summary>
    public void Reset(LogIndex firstIndex) => (_ring, _head, Count, _first) = ([], 0, 0, firstIndex.Value);

    public int Count { get; private set; }

    /// <summary>The oldest entry here; <c>LastIndex + 1</c> when there is none.</summary>
    public LogIndex FirstIndex => new(_first);

    public LogIndex LastIndex => new(_first + (ulong)Count - 1);

    /// <summary>What was given with the oldest entry here.</summary>
    public long FirstArrival => _ring[_head].Arrival;

    public LogEntry this[int position] => _ring[(_head + position) & (_ring.Length - 1)].Entry!;

    /// <summary>The entry at an index that is here.</summary>
    public LogEntry At(LogIndex index) => this[checked((int)(index.Value - _first))];

    public bool Contains(LogIndex index) => index.Value >= _first && index.Value - _first < (ulong)Count;

    /// <param name="entry">The entry that follows the last one here.</param>
    /// <param name="arrival">When it came, by a count that the tails of all logs share.</param>
    public void Add(LogEntry entry, long arrival)
    {
        PayloadSlice.Share(entry);
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = (entry, arrival);
        Count++;
    }

    /// <summary>Lets go of the oldest entry; returns <see cref="LogEntry.SizeBytes"/>.</summary>
    /// <param name="leaving">Gets the tail's share of its payload; given back at once where it is null.</param>
    public int RemoveFirst(List<PayloadSlice>? leaving)
    {
        var entry = this[0];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _first++;
        Count--;
        if (PayloadSlice.Of(entry.Payload) is { } slice)
        {
            if (leaving is null)
            {
                slice.GiveBack();
            }
            else
            {
                leaving.Add(slice);
            }
        }

        return entry.SizeBytes;
    }

    public LogEntry RemoveLast()
    {
        var entry = this[Count - 1];
        _ring[(_head + Count - 1) & (_ring.Length - 1)] = default;
        Count--;
        return entry;
    }

    /// <summary>The first position for which a condition holds that, once it holds, holds for all that follow; or Count.</summary>
    public int FirstWhere<T>(T argument, Func<LogEntry, T, bool> holds)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(this[middle], argument) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Grow()
    {
        var ring = new (LogEntry? Entry, long Arrival)[Math.Max(4, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        (_ring, _head) = (ring, 0);
    }
}
