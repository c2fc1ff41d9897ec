namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// What an object does when its operations come one after the other. Deterministic: a state and an input give one next
/// state. States are immutable values.
/// </summary>
public interface ISequentialModel<TState, TInput, TOutput>
{
    /// <summary>The state before the first operation.</summary>
    TState Initial { get; }

    /// <summary>Tells equal states. Two that count as equal must allow the same futures.</summary>
    IEqualityComparer<TState> StateComparer => EqualityComparer<TState>.Default;

    /// <summary>False if an operation in this state cannot have had this output.</summary>
    bool TryApply(TState state, TInput input, TOutput output, out TState next);

    /// <summary>The state after an operation whose output nobody saw.</summary>
    TState ApplyUnknown(TState state, TInput input);

    /// <summary>An operation in words, for reports: <c>read() = 3</c>.</summary>
    /// <param name="input">What was asked.</param>
    /// <param name="output">What was answered; meaningless where <paramref name="isKnown"/> is false.</param>
    /// <param name="isKnown">Whether there was an answer.</param>
    string Describe(TInput input, TOutput? output, bool isKnown);
}
