using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// The calls and returns of a history in the order of time, as a doubly linked list out of which operations are lifted
/// and put back. An entry's number is its position in time, from 1. An operation of unknown outcome has a call only:
/// it may be taken at any time after that, or left for ever.
/// </summary>
internal sealed class EntryList
{
    private const int Head = 0;
    private const int None = -1;

    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _operationOf;
    private readonly bool[] _isReturn;
    private readonly int[] _callOf;
    private readonly int[] _returnOf;

    private EntryList(List<(long Time, bool IsReturn, int Operation)> events, int operations)
    {
        _next = new int[events.Count + 1];
        _previous = new int[events.Count + 1];
        _operationOf = new int[events.Count + 1];
        _isReturn = new bool[events.Count + 1];
        _callOf = new int[operations];
        _returnOf = new int[operations];
        Array.Fill(_returnOf, None);
        for (var entry = 1; entry <= events.Count; entry++)
        {
            var (_, isReturn, operation) = events[entry - 1];
            _operationOf[entry] = operation;
            _isReturn[entry] = isReturn;
            (isReturn ? _returnOf : _callOf)[operation] = entry;
            _previous[entry] = entry - 1;
            _next[entry - 1] = entry;
        }

        _next[events.Count] = None;
    }

    /// <summary>The first entry still in the list. There is one as long as an operation of known outcome is.</summary>
    public int First => _next[Head];

    public static EntryList Create<TInput, TOutput>(IReadOnlyList<Operation<TInput, TOutput>> operations)
    {
        var events = new List<(long Time, bool IsReturn, int Operation)>(operations.Count * 2);
        for (var i = 0; i < operations.Count; i++)
        {
            events.Add((operations[i].Invoked, false, i));
            if (operations[i].Outcome == Outcome.Ok)
            {
                events.Add((operations[i].Completed, true, i));
            }
        }

        // At one time calls come before returns: who cannot be told apart counts as concurrent (false < true).
        events.Sort();
        return new EntryList(events, operations.Count);
    }

    public int Next(int entry) => _next[entry];

    public bool IsReturn(int entry) => _isReturn[entry];

    public int OperationOf(int entry) => _operationOf[entry];

    public int CallOf(int operation) => _callOf[operation];

    /// <summary>Takes an operation's entries out of the list.</summary>
    public void Lift(int operation)
    {
        Unlink(_callOf[operation]);
        if (_returnOf[operation] != None)
        {
            Unlink(_returnOf[operation]);
        }
    }

    /// <summary>Puts them back. Operations come back in the reverse order of their going.</summary>
    public void Unlift(int operation)
    {
        if (_returnOf[operation] != None)
        {
            Relink(_returnOf[operation]);
        }

        Relink(_callOf[operation]);
    }

    /// <summary>Operations invoked before an entry and still in the list.</summary>
    public IEnumerable<int> PendingBefore(int entry)
    {
        for (var at = First; at != None && at < entry; at = _next[at])
        {
            if (!_isReturn[at])
            {
                yield return _operationOf[at];
            }
        }
    }

    private void Unlink(int entry)
    {
        _next[_previous[entry]] = _next[entry];
        if (_next[entry] != None)
        {
            _previous[_next[entry]] = _previous[entry];
        }
    }

    private void Relink(int entry)
    {
        _next[_previous[entry]] = entry;
        if (_next[entry] != None)
        {
            _previous[_next[entry]] = entry;
        }
    }
}
