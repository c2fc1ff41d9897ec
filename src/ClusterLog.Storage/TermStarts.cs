using ClusterLog.Raft;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <summary>
/// The indexes at which the term changes, for the whole of one log, and before them the one that it begins behind.
/// Owner thread only.
/// </summary>
internal sealed class TermStarts
{
    private readonly List<TermStart> _starts = [];

    /// <summary>Forgets all: the log begins behind an index of a term.</summary>
    public void Reset(LogIndex index, Term term)
    {
        _starts.Clear();
        _starts.Add(new TermStart(index, term));
    }

    /// <summary>Notes the term of the entry that is appended at <paramref name="index"/>.</summary>
    public void Add(LogIndex index, Term term)
    {
        // What lies before the log's beginning, in the oldest segment, is of no interest.
        if (_starts[^1].Term != term && index > _starts[0].Index)
        {
            _starts.Add(new TermStart(index, term));
        }
    }

    public void TruncateSuffix(LogIndex first)
    {
        while (_starts.Count > 1 && _starts[^1].Index >= first)
        {
            _starts.RemoveAt(_starts.Count - 1);
        }
    }

    /// <summary>The log begins behind an index that it held before.</summary>
    public void TrimPrefix(LogIndex index)
    {
        var term = At(index);
        _starts.RemoveAll(start => start.Index <= index);
        _starts.Insert(0, new TermStart(index, term));
    }

    /// <summary>The term at an index that the log holds, or that it begins behind.</summary>
    public Term At(LogIndex index)
    {
        var (low, high) = (0, _starts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _starts[middle].Index <= index ? (middle, high) : (low, middle - 1);
        }

        return _starts[low].Term;
    }
}
