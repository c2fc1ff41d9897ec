using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// Searches for an order of the operations that the model allows and that keeps the order of time: Wing and Gong,
/// "Testing and verifying concurrent objects" (1993), with Lowe's memoisation, "Testing for linearizability" (2016), as
/// Porcupine has it. Takes the first call that the model allows; meets a return whose operation is not yet taken, and
/// goes back to try the next call in the place of the last; never enters a configuration twice.
/// </summary>
internal sealed partial class LinearizabilitySearch<TState, TInput, TOutput>
{
    private const int StepsBetweenLooksAtTheClock = 1 << 12;

    private readonly ISequentialModel<TState, TInput, TOutput> _model;
    private readonly SearchOptions _options;
    private readonly IReadOnlyList<Operation<TInput, TOutput>> _operations;
    private readonly EntryList _entries;
    private readonly OperationSet _taken;
    private readonly HashSet<Configuration<TState>> _visited;
    private readonly List<int> _order = [];
    private readonly Stack<TState> _statesBefore = [];
    private readonly FurthestOrder _furthest = new();
    private readonly long _startedAt;
    private TState _state;
    private int _knownLeft;
    private long _steps;

    /// <param name="model">What the object does.</param>
    /// <param name="operations">Those of known outcome in the order of invocation, then those of unknown outcome.</param>
    /// <param name="options">Bounds of the search.</param>
    public LinearizabilitySearch(
        ISequentialModel<TState, TInput, TOutput> model,
        IReadOnlyList<Operation<TInput, TOutput>> operations,
        SearchOptions options)
    {
        _model = model;
        _options = options;
        _operations = operations;
        _entries = EntryList.Create(operations);
        _knownLeft = operations.Count(operation => operation.Outcome == Outcome.Ok);
        _taken = new OperationSet(_knownLeft, operations.Count - _knownLeft);
        _twinBefore = TwinsBefore(operations);
        _visited = new(new ConfigurationComparer<TState>(model.StateComparer));
        _state = model.Initial;
        _startedAt = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Runs once.</summary>
    public LinearizabilityResult<TState, TInput, TOutput> Run()
    {
        // As long as an operation of known outcome is left, its return is in the list and ends the walk.
        var entry = _entries.First;
        while (_knownLeft > 0)
        {
            if (IsBoundMet())
            {
                return Result(Verdict.Unknown);
            }

            if (!_entries.IsReturn(entry))
            {
                entry = TryTake(_entries.OperationOf(entry)) ? _entries.First : _entries.Next(entry);
                continue;
            }

            _furthest.Offer(entry, _order);
            if (_order.Count == 0)
            {
                return Result(Verdict.NotLinearizable);
            }

            entry = _entries.Next(_entries.CallOf(TakeBack()));
        }

        return Result(Verdict.Linearizable);
    }

    private bool IsBoundMet() =>
        ++_steps > _options.StepsMax
        || _visited.Count > _options.ConfigurationsMax
        || (_steps % StepsBetweenLooksAtTheClock == 0
            && _options.DurationMax != Timeout.InfiniteTimeSpan
            && _options.TimeProvider.GetElapsedTime(_startedAt) > _options.DurationMax);

    /// <summary>Takes an operation next, if the model allows it here and this leads somewhere new.</summary>
    private bool TryTake(int number)
    {
        if (!TryApply(_state, number, out var next) || IsNeedless(number, next))
        {
            return false;
        }

        _taken.Add(number);
        if (!_visited.Add(new(_taken.Snapshot(), next)))
        {
            _taken.Remove(number);
            return false;
        }

        _entries.Lift(number);
        _order.Add(number);
        _statesBefore.Push(_state);
        _state = next;
        _knownLeft -= IsKnown(number) ? 1 : 0;
        return true;
    }

    /// <summary>Takes back the operation taken last, and says which it was.</summary>
    private int TakeBack()
    {
        var number = _order[^1];
        _order.RemoveAt(_order.Count - 1);
        _furthest.Shortened(_order.Count);
        _state = _statesBefore.Pop();
        _taken.Remove(number);
        _entries.Unlift(number);
        _knownLeft += IsKnown(number) ? 1 : 0;
        return number;
    }

    private bool IsKnown(int number) => _operations[number].Outcome == Outcome.Ok;

    private bool TryApply(TState state, int number, out TState next)
    {
        var operation = _operations[number];
        if (IsKnown(number))
        {
            return _model.TryApply(state, operation.Input, operation.Output!, out next);
        }

        next = _model.ApplyUnknown(state, operation.Input);
        return true;
    }

    private LinearizabilityResult<TState, TInput, TOutput> Result(Verdict verdict)
    {
        var isBlocked = verdict != Verdict.Linearizable && _furthest.BlockedAt > 0;
        var order = isBlocked ? _furthest.Order : _order;
        return new(_model, verdict)
        {
            OperationCount = _operations.Count,
            Steps = _steps,
            Order = order.Select(number => _operations[number]).ToArray(),
            Unexplained = isBlocked ? _operations[_entries.OperationOf(_furthest.BlockedAt)] : null,
            Pending = isBlocked ? PendingAtBlock(order) : [],
        };
    }

    private Operation<TInput, TOutput>[] PendingAtBlock(IReadOnlyList<int> order)
    {
        while (_order.Count > 0)
        {
            TakeBack();
        }

        var taken = order.ToHashSet();
        return _entries.PendingBefore(_furthest.BlockedAt)
            .Where(number => !taken.Contains(number))
            .Select(number => _operations[number])
            .ToArray();
    }
}
