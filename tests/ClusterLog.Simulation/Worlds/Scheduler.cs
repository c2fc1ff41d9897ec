namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// What is to happen, in the order of its moments; what falls on one moment happens in the order in which it was
/// scheduled. A binary heap over two arrays, since this is the hottest path of a simulation.
/// </summary>
internal sealed class Scheduler
{
    private (long Time, long Sequence)[] _keys = new (long, long)[1024];
    private IScheduled[] _events = new IScheduled[1024];
    private long _nextSequence;

    public int Count { get; private set; }

    /// <summary>The moment of the next event; only while there is one.</summary>
    public long NextTime => _keys[0].Time;

    public void Add(long time, IScheduled scheduled)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count * 2);
            Array.Resize(ref _events, Count * 2);
        }

        var key = (time, _nextSequence++);
        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (!IsBefore(key, _keys[parent]))
            {
                break;
            }

            (_keys[hole], _events[hole]) = (_keys[parent], _events[parent]);
            hole = parent;
        }

        (_keys[hole], _events[hole]) = (key, scheduled);
    }

    public IScheduled Take()
    {
        var taken = _events[0];
        var last = --Count;
        var (key, moved) = (_keys[last], _events[last]);
        _events[last] = null!;
        if (last > 0)
        {
            SiftDown(key, moved);
        }

        return taken;
    }

    private void SiftDown((long Time, long Sequence) key, IScheduled moved)
    {
        var hole = 0;
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && IsBefore(_keys[child + 1], _keys[child]))
            {
                child++;
            }

            if (!IsBefore(_keys[child], key))
            {
                break;
            }

            (_keys[hole], _events[hole]) = (_keys[child], _events[child]);
            hole = child;
        }

        (_keys[hole], _events[hole]) = (key, moved);
    }

    private static bool IsBefore((long Time, long Sequence) a, (long Time, long Sequence) b) =>
        a.Time != b.Time ? a.Time < b.Time : a.Sequence < b.Sequence;
}
