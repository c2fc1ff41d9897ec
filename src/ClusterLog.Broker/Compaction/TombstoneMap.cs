namespace ClusterLog.Broker.Compaction;

/// <summary>
/// Roughly where a log has marks of deleted keys: the first one of each of at most some thousand stretches of offsets. One
/// thread at a time.
/// </summary>
internal sealed class TombstoneMap
{
    private const int StretchesMax = 4096;

    private readonly long _stretch;
    private readonly SortedDictionary<long, long> _first = [];

    /// <param name="end">The offset behind the last one that is added.</param>
    public TombstoneMap(long end)
    {
        _stretch = (end / StretchesMax) + 1;
    }

    public bool IsEmpty => _first.Count == 0;

    /// <summary>The first one; <see cref="long.MaxValue"/> when there is none.</summary>
    public long First => IsEmpty ? long.MaxValue : _first.First().Value;

    public void Add(long offset)
    {
        var stretch = offset / _stretch;
        if (!_first.TryGetValue(stretch, out var first) || offset < first)
        {
            _first[stretch] = offset;
        }
    }

    /// <summary>Whether there may be one from one offset to before another in a stretch whose first lies below a limit.</summary>
    public bool MayHave(long from, long to, long below)
    {
        foreach (var (stretch, first) in _first)
        {
            if (first >= below || stretch * _stretch >= to)
            {
                return false;
            }

            if ((stretch + 1) * _stretch > from)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What is left once all places that <see cref="MayHave"/> one have been gone through: what was found there, and what
    /// was known of the others.
    /// </summary>
    public TombstoneMap After(TombstoneMap found, long below)
    {
        foreach (var first in _first.Values.Where(first => first >= below))
        {
            found.Add(first);
        }

        return found;
    }
}
