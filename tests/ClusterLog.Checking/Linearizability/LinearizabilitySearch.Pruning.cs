using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// Keeps operations of unknown outcome from multiplying the search: each may stand anywhere after its invocation, or
/// nowhere. Every rule leaves out a step only where another, never left out for the same reason, leads to the same
/// state with the same operations of known outcome taken, and no more of unknown outcome. So if an order exists, one is
/// found.
/// </summary>
internal sealed partial class LinearizabilitySearch<TState, TInput, TOutput>
{
    private const int None = -1;

    /// <summary>The operation of unknown outcome with an equal input that was invoked just before this one.</summary>
    private readonly int[] _twinBefore;

    private static int[] TwinsBefore(IReadOnlyList<Operation<TInput, TOutput>> operations)
    {
        var twins = new int[operations.Count];
        Array.Fill(twins, None);
        for (var number = 0; number < operations.Count; number++)
        {
            for (var other = number - 1; other >= 0 && operations[other].Outcome == Outcome.Unknown; other--)
            {
                if (operations[number].Outcome == Outcome.Unknown
                    && EqualityComparer<TInput>.Default.Equals(operations[number].Input, operations[other].Input))
                {
                    twins[number] = other;
                    break;
                }
            }
        }

        return twins;
    }

    /// <summary>Whether taking an operation next, which leads to a state, can be left out.</summary>
    private bool IsNeedless(int number, TState next)
    {
        if (!IsKnown(number))
        {
            // It changes nothing here; left in the list, it may yet.
            if (_model.StateComparer.Equals(next, _state))
            {
                return true;
            }

            // Of two that ask for the same, the one invoked first can do whatever the other can.
            if (_twinBefore[number] != None && !_taken.Contains(_twinBefore[number]))
            {
                return true;
            }
        }

        if (_order.Count == 0 || IsKnown(_order[^1]))
        {
            return false;
        }

        // The one before is of unknown outcome. Was it needed for this one, and before it?
        if (!TryApply(_statesBefore.Peek(), number, out var without))
        {
            return false;
        }

        // The same state comes without it; or it may as well be taken after.
        return _model.StateComparer.Equals(without, next)
            || (IsKnown(number)
                && TryApply(without, _order[^1], out var after)
                && _model.StateComparer.Equals(after, next));
    }
}
