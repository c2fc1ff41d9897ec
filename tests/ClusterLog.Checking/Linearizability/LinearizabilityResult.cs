using System.Globalization;
using System.Text;
using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>A verdict with its reason.</summary>
public sealed class LinearizabilityResult<TState, TInput, TOutput>
{
    private readonly ISequentialModel<TState, TInput, TOutput> _model;

    internal LinearizabilityResult(ISequentialModel<TState, TInput, TOutput> model, Verdict verdict)
    {
        _model = model;
        Verdict = verdict;
    }

    public Verdict Verdict { get; }

    /// <summary>Operations looked at: all but those that failed.</summary>
    public required int OperationCount { get; init; }

    /// <summary>Entries of the history that the search looked at.</summary>
    public required long Steps { get; init; }

    /// <summary>
    /// If linearizable, a proof: an order that the model and the clock allow. Otherwise the order that explains the
    /// longest beginning of the history: every return before that of <see cref="Unexplained"/>.
    /// </summary>
    public required IReadOnlyList<Operation<TInput, TOutput>> Order { get; init; }

    /// <summary>
    /// If not linearizable, the operation whose return no order explains: an order exists for all returns before, and
    /// none for these and this one, given what the operations under way then answered later. If unknown, the furthest
    /// that the search got; null if it never had to go back.
    /// </summary>
    public required Operation<TInput, TOutput>? Unexplained { get; init; }

    /// <summary>Operations invoked before that return which <see cref="Order"/> does not hold.</summary>
    public required IReadOnlyList<Operation<TInput, TOutput>> Pending { get; init; }

    /// <summary>The report in words, with at most so many lines for the order, its last.</summary>
    public string Describe(int orderLinesMax = 20)
    {
        var text = new StringBuilder();
        Line(text, $"{Verdict}: {OperationCount} operations, {Steps} steps.");
        if (Unexplained is null)
        {
            return text.ToString();
        }

        Line(text, $"No order found that explains {Describe(Unexplained)}.");
        var shown = Math.Clamp(orderLinesMax, 0, Order.Count);
        Line(text, $"An order that explains every return before it (the last {shown} of {Order.Count}):");
        var states = States();
        for (var i = Order.Count - shown; i < Order.Count; i++)
        {
            Line(text, $"  {Describe(Order[i])} -> state {Show(states[i])}");
        }

        Line(text, $"Then, in state {Show(states.Count > 0 ? states[^1] : _model.Initial)}, none of these helps:");
        foreach (var operation in Pending)
        {
            Line(text, $"  {Describe(operation)}");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Show(TState state) => state?.ToString() is { Length: > 0 } text ? text : "nil";

    private string Describe(Operation<TInput, TOutput> operation)
    {
        var isKnown = operation.Outcome == Outcome.Ok;
        var end = isKnown ? operation.Completed.ToString(CultureInfo.InvariantCulture) : "unknown";
        var what = _model.Describe(operation.Input, operation.Output, isKnown);
        return $"{what} by {operation.Process} at {operation.Invoked}..{end}";
    }

    /// <summary>The state after each operation of the order.</summary>
    private List<TState> States()
    {
        var states = new List<TState>(Order.Count);
        var state = _model.Initial;
        foreach (var operation in Order)
        {
            if (operation.Outcome == Outcome.Unknown)
            {
                state = _model.ApplyUnknown(state, operation.Input);
            }
            else if (!_model.TryApply(state, operation.Input, operation.Output!, out state))
            {
                throw new InvalidOperationException($"The model refuses {Describe(operation)}, which it allowed before.");
            }

            states.Add(state);
        }

        return states;
    }
}
