using ClusterLog.Raft;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <summary>The indexes at which the term changes, for the whole of one log. Owner thread only.</summary>
internal sealed class TermStarts
{
    private readonly List<TermStart> _starts = [];

    /// <summary>Notes the term of the entry that is appended at <paramref name="index"/>.</summary>
    public void Add(LogIndex index, Term term)
    {
        if (_starts.Count == 0 || _starts[^1].Term != term)
        {
            _starts.Add(new TermStart(index, term));
        }
    }

    public void TruncateSuffix(LogIndex first)
    {
        while (_starts.Count > 0 && _starts[^1].Index >= first)
        {
            _starts.RemoveAt(_starts.Count - 1);
        }
    }

    /// <summary>The term at an index that the log holds.</summary>
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
