using System.Runtime.InteropServices;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Invariants;

/// <summary>The terms of a log's entries from some index on: enough, by log matching, to say which log it is.</summary>
internal sealed class TermLog
{
    private readonly List<ulong> _terms = [0];

    /// <summary>The index before the first that is known one by one; its term is known too.</summary>
    public ulong Base { get; private set; }

    public ulong Last => Base + (ulong)_terms.Count - 1;

    public ulong LastTerm => _terms[^1];

    /// <summary>The term at an index from <see cref="Base"/> to <see cref="Last"/>; null elsewhere.</summary>
    public ulong? At(ulong index) => index >= Base && index <= Last ? _terms[(int)(index - Base)] : null;

    public void Add(ulong term) => _terms.Add(term);

    /// <summary>Drops what follows an index.</summary>
    public void TruncateAfter(ulong index)
    {
        if (index < Last)
        {
            CollectionsMarshal.SetCount(_terms, (int)(Math.Max(index, Base) - Base) + 1);
        }
    }

    /// <summary>Begins anew behind a snapshot.</summary>
    public void Reset(ulong index, ulong term)
    {
        _terms.Clear();
        _terms.Add(term);
        Base = index;
    }

    /// <summary>Takes over a log as it is.</summary>
    public void CopyFrom(IRaftLog log)
    {
        var first = log.FirstIndex.Previous;
        Reset(first.Value, (log.TermAt(first) ?? Term.Zero).Value);
        for (var index = first.Next; index <= log.LastIndex; index = index.Next)
        {
            _terms.Add((log.TermAt(index) ?? Term.Zero).Value);
        }
    }
}
